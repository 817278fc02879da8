import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { SessionProvider } from "@/features/session";
import { TaskMutationsProvider } from "@/features/tasks";
import { QueryProvider } from "@/lib/query/QueryProvider";

/** As the open pages are rendered: nobody need be signed in. */
export function renderPage(children: ReactNode) {
  return render(<SessionProvider baseUrl="http://gateway.test">{children}</SessionProvider>);
}

/** What stands around every signed-in page. */
export function SignedInProviders({ children }: { children: ReactNode }) {
  return (
    <NoticeProvider>
      <QueryProvider>
        <TaskMutationsProvider>{children}</TaskMutationsProvider>
      </QueryProvider>
    </NoticeProvider>
  );
}
