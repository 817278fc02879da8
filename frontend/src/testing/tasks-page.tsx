import { vi } from "vitest";
import { LogoutButton, useApi } from "@/features/session";
import TasksView from "@/features/tasks/TasksView";
import type { FakeGateway } from "./fake-gateway";
import { renderPage, SignedInProviders } from "./render";

/** Whatever else asks the gateway while a dialog is open. */
function OtherRequest() {
  const { tasks } = useApi();
  return <button onClick={() => void tasks.get("000000000000000000000000").catch(() => undefined)}>Ask</button>;
}

/** The page as a reload or a login brings it up; only the tab's own memory is left from before. */
export function openTasksPage(gateway: FakeGateway, address = "/hunt?completed=shown") {
  window.history.replaceState(null, "", address);
  vi.stubGlobal("fetch", gateway.fetch);
  return renderPage(
    <SignedInProviders>
      <LogoutButton />
      <OtherRequest />
      <TasksView />
    </SignedInProviders>,
  );
}
