"use client";

import { lazy, type ReactNode, Suspense } from "react";
import { HuntLoading } from "@/hunt/HuntLoading";
import { Waking } from "./Threshold";

/**
 * The signed-in pages come after the first load: while the gateway is asked who this is, not before it can
 * be asked. Each is on its way from the moment its first script runs.
 */
const area = () => import("./SignedInArea");
const hunt = () => import("@/hunt/Hunt");
const journal = () => import("@/journal/Journal");

if (typeof window !== "undefined") {
  void area();
  void (window.location.pathname === "/journal" ? journal() : hunt());
}

const LazyArea = lazy(area);
const LazyHunt = lazy(hunt);
const LazyJournal = lazy(journal);

export function SignedInArea({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={<Waking />}>
      <LazyArea>{children}</LazyArea>
    </Suspense>
  );
}

export function Hunt() {
  return (
    <Suspense fallback={<HuntLoading />}>
      <LazyHunt />
    </Suspense>
  );
}

export function Journal() {
  return (
    <Suspense fallback={<HuntLoading />}>
      <LazyJournal />
    </Suspense>
  );
}
