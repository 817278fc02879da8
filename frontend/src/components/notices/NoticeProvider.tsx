"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { NoticeStack } from "./NoticeStack";
import { Notices } from "./notices";

const Context = createContext<Notices | undefined>(undefined);

export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notices] = useState(() => new Notices());
  return (
    <Context value={notices}>
      {children}
      <NoticeStack notices={notices} />
    </Context>
  );
}

export function useNotices(): Notices {
  const notices = useContext(Context);
  if (!notices) throw new Error("useNotices needs a NoticeProvider above it");
  return notices;
}
