import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet, JsonObject } from '@pawl/engine';

/** What a step that only looks is given: by type, nothing in it can change anything. */
export interface Books {
  balance(): number;
  transferred(month: string): boolean;
}

export interface Bank extends Books {
  /** Under one name it counts once. */
  reserve(month: string, cents: number): JsonObject;
  release(month: string): JsonObject;
  /** Pays anew each time that it is called. */
  transfer(month: string, cents: number): JsonObject;
  slip(month: string, employee: string): JsonObject;
}

/** The world: one file with a line for everything that ever happened. It outlives whoever works on it. */
function bankIn(folder: string): Bank {
  const file = join(folder, 'bank.log');
  const lines = (): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  const write = (line: string): JsonObject => {
    mkdirSync(folder, { recursive: true });
    appendFileSync(file, `${line}\n`);
    return { booked: line };
  };
  return {
    balance: () => 10_000_000,
    transferred: (month) => lines().some((line) => line.startsWith(`transfer ${month} `)),
    reserve: (month, cents) => write(`reserve ${month} ${cents}`),
    release: (month) => write(`release ${month}`),
    transfer: (month, cents) => write(`transfer ${month} ${cents}`),
    slip: (month, employee) => write(`slip ${month} ${employee}`),
  };
}

/** How the engine's steps reach it. There are no hosts here, so nothing has to be claimed, and nothing goes on by itself. */
export function bankFleet(folder: string): Fleet<Books, Bank> {
  const bank = bankIn(folder);
  return {
    attach: async () => [],
    reading: () => bank,
    working: () => bank,
    detach: async () => undefined,
  };
}
