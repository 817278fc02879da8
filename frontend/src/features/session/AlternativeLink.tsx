"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";

interface Alternative {
  question: string;
  label: string;
  href: "/login" | "/register";
}

/** From login to registration or back, without losing where one was going. */
export function AlternativeLink({ question, label, href }: Alternative) {
  const next = useSearchParams().get("next");
  return (
    <p className="mt-6 text-center text-ash">
      {question}{" "}
      <Link href={next ? `${href}?next=${encodeURIComponent(next)}` : href} className="link">
        {label}
      </Link>
    </p>
  );
}
