import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { NoticeProvider } from "@/components/notices/NoticeProvider";
import { enableSingleKeys } from "@/lib/keyboard/single-keys";
import { useShortcuts } from "@/lib/keyboard/use-shortcuts";
import { getMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { KeyboardHelp } from "./KeyboardHelp";

const { keys } = getMessages(shellMessages);

afterEach(() => enableSingleKeys(true));

test("the single keys are turned off, and on again, where they are listed", async () => {
  const user = userEvent.setup();
  const n = vi.fn();
  function Page({ help }: { help: boolean }) {
    useShortcuts({ n });
    return help ? <KeyboardHelp close={() => undefined} /> : null;
  }
  const { rerender } = render(<Page help />, { wrapper: NoticeProvider });
  await user.click(screen.getByRole("checkbox", { name: keys.enable }));
  expect(screen.getByRole("checkbox", { name: keys.enable })).not.toBeChecked();
  rerender(<Page help={false} />);
  await user.keyboard("n");
  expect(n).not.toHaveBeenCalled();
  rerender(<Page help />);
  await user.click(screen.getByRole("checkbox", { name: keys.enable }));
  rerender(<Page help={false} />);
  await user.keyboard("n");
  expect(n).toHaveBeenCalledTimes(1);
});
