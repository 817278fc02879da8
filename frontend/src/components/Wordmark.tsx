import Link from "next/link";
import { Emblem } from "@/components/ornaments/Emblem";

export function Wordmark() {
  return (
    <Link href="/" className="wordmark">
      <Emblem />
      <span>Task Hunter</span>
    </Link>
  );
}
