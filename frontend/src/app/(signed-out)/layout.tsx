import type { ReactNode } from "react";
import { Frame } from "@/components/Frame";
import { Fog } from "@/components/ornaments/Fog";
import { SignedOutOnly } from "@/features/session";
import { Header } from "../_shell/Header";
import { NarrowMain } from "../_shell/NarrowMain";
import styles from "./layout.module.css";

export default function SignedOutLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <Fog />
      <Header />
      <NarrowMain>
        <Frame className={styles.frame}>
          <SignedOutOnly>{children}</SignedOutOnly>
        </Frame>
      </NarrowMain>
    </>
  );
}
