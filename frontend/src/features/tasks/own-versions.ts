import type { Task } from "@/lib/api/types";

/**
 * The version that each write of this page left behind, so that a quick second change is sent upon the first.
 * Only versions that this page wrote itself are followed: anyone else's is still a conflict.
 */
export class OwnVersions {
  private readonly successors = new Map<string, number>();

  /** The version to send a change of `base` upon. */
  latest({ _id, version }: Task): number {
    let latest = version;
    for (let next = this.after(_id, latest); next !== undefined; next = this.after(_id, latest)) latest = next;
    return latest;
  }

  /** A change sent upon version `seen` was stored as `written`. */
  wrote(seen: number, written: Task): void {
    this.successors.set(step(written._id, seen), written.version);
  }

  private after(id: string, version: number): number | undefined {
    const next = this.successors.get(step(id, version));
    return next === version ? undefined : next;
  }
}

const step = (id: string, version: number) => `${id}@${version}`;
