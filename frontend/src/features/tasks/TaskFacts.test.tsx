import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { aTask } from "@/testing/tasks";
import { dueText, nearDueText } from "./due";
import { TaskFacts } from "./TaskFacts";

const { facts } = getMessages(taskMessages);

const shown = () => screen.queryAllByRole("listitem").map((item) => item.textContent);

test("a task shows what is set beside its words, and one without shows nothing", () => {
  const { rerender } = render(<TaskFacts task={aTask()} />);
  expect(shown()).toEqual([]);
  const checklist = [true, false].map((done, place) => ({ id: `a${place}`, text: "fill", done }));
  const task = aTask({ due: { date: "2031-12-01" }, priority: 3, list: "errand", labels: ["errand"], checklist });
  rerender(<TaskFacts task={task} />);
  expect(shown()).toEqual([
    facts.due("Dec 1, 2031"),
    facts.priorities[3],
    "errand",
    facts.checklist(1, 2),
    facts.label("errand"),
  ]);
});

test("a due time reads as it was written, with its zone only where that is not this one", () => {
  const due = { at: "2026-12-01T09:00", tz: "Europe/Rome" };
  expect(dueText(due, "Europe/Rome")).toBe("December 1, 2026 09:00");
  expect(dueText(due, "Asia/Tokyo")).toBe("December 1, 2026 09:00 Europe/Rome");
  expect(nearDueText({ ...due, at: "2031-12-01T09:00" }, "Europe/Rome")).toBe("Dec 1, 2031 09:00");
  expect(nearDueText(due, "Asia/Tokyo")).toBe("Tue, Dec 1, 2026 09:00 Europe/Rome");
});
