"use client";

import { useSearchParams } from "next/navigation";
import { TextLink } from "@/components/TextLink";
import styles from "./AlternativeLink.module.css";

interface AlternativeLinkProps {
  question: string;
  label: string;
  href: "/login" | "/register";
}

/** From login to registration or back, without losing where one was going. */
export function AlternativeLink({ question, label, href }: AlternativeLinkProps) {
  const next = useSearchParams().get("next");
  return (
    <p className={styles.alternative}>
      <span>{question}</span> <TextLink href={next ? `${href}?next=${encodeURIComponent(next)}` : href}>{label}</TextLink>
    </p>
  );
}
