import { expect, test } from "vitest";
import { aTask } from "@/testing/tasks";
import { OwnVersions } from "./own-versions";

test("a change is sent upon the version that the last one of this page left", () => {
  const versions = new OwnVersions();
  const task = aTask({ version: 7 });
  versions.wrote(7, { ...task, version: 8 });
  versions.wrote(8, { ...task, version: 9 });
  expect(versions.latest(task)).toBe(9);
});

test("a version that someone else wrote is not followed", () => {
  const versions = new OwnVersions();
  const task = aTask({ version: 1 });
  versions.wrote(1, { ...task, version: 2 });
  expect(versions.latest({ ...task, version: 5 })).toBe(5);
});

test("a write that changed nothing leaves the version as it was", () => {
  const versions = new OwnVersions();
  const task = aTask({ version: 3 });
  versions.wrote(3, task);
  expect(versions.latest(task)).toBe(3);
});
