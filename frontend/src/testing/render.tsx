import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { LiveProvider } from "@/features/live";
import { SessionProvider, SignedInOnly } from "@/features/session";
import { TaskMutationsProvider } from "@/features/tasks";
import { QueryProvider } from "@/lib/query/QueryProvider";

/** As the open pages are rendered: nobody need be signed in. */
export function renderPage(children: ReactNode) {
  return render(<SessionProvider baseUrl="http://gateway.test">{children}</SessionProvider>);
}

/** What stands around every signed-in page, with who has the session that the gateway renews. */
export function SignedInProviders({ children }: { children: ReactNode }) {
  return (
    <SignedInOnly loading={<p>Loading</p>} unreachable={<p>Unreachable</p>}>
      <NoticeProvider>
        <QueryProvider>
          <LiveProvider>
            <TaskMutationsProvider>{children}</TaskMutationsProvider>
          </LiveProvider>
        </QueryProvider>
      </NoticeProvider>
    </SignedInOnly>
  );
}
