import type { Task } from "@/lib/api/types";

/**
 * Several quick changes to one task: each waits for the one before, and goes out with the version that one
 * left behind. Only versions this page wrote itself are followed: anyone else's is still a conflict.
 */
export class WriteQueue {
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly successors = new Map<string, number>();

  async write(base: Task, send: (seenVersion: number) => Promise<Task>): Promise<Task> {
    const turn = (this.turns.get(base._id) ?? Promise.resolve()).then(async () => {
      const seen = this.latest(base);
      const written = await send(seen);
      this.successors.set(step(base._id, seen), written.version);
      return written;
    });
    this.turns.set(base._id, turn.catch(() => undefined));
    return turn;
  }

  /** For the last write of all, which leaves no successor. */
  async remove(base: Task, send: (seenVersion: number) => Promise<void>): Promise<void> {
    await this.turns.get(base._id);
    await send(this.latest(base));
  }

  private latest({ _id, version }: Task): number {
    let latest = version;
    for (let next = this.successors.get(step(_id, latest)); next !== undefined; ) {
      latest = next;
      next = this.successors.get(step(_id, latest));
    }
    return latest;
  }
}

const step = (id: string, version: number) => `${id}@${version}`;
