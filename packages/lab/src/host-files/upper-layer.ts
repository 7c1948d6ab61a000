import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface FileAttributes {
  readonly mode?: number;
  readonly owner?: Owner;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** One host's upper layer over the shared base: what is written here is what makes this host itself. */
export class UpperLayer {
  constructor(
    private readonly upper: string,
    private readonly base: string,
  ) {}

  file(name: string, content: string | Buffer, { mode = 0o644, owner }: FileAttributes = {}): void {
    this.parents(path.dirname(name));
    writeFileSync(this.at(name), content);
    this.own(name, mode, owner);
  }

  directory(name: string, { mode = 0o755, owner }: FileAttributes = {}): void {
    this.parents(path.dirname(name));
    mkdirSync(this.at(name), { recursive: true });
    this.own(name, mode, owner);
  }

  link(name: string, target: string): void {
    this.parents(path.dirname(name));
    symlinkSync(target, this.at(name));
  }

  private at(name: string): string {
    return path.join(this.upper, name);
  }

  private own(name: string, mode: number, owner: Owner = { uid: 0, gid: 0 }): void {
    chmodSync(this.at(name), mode);
    chownSync(this.at(name), owner.uid, owner.gid);
  }

  /** A directory of the upper layer hides the attributes of the one below: it must have the same. */
  private parents(name: string): void {
    if (existsSync(this.at(name))) return;
    if (name !== '/') this.parents(path.dirname(name));
    mkdirSync(this.at(name));
    const below = path.join(this.base, name);
    const like = existsSync(below) ? lstatSync(below) : { mode: 0o755, uid: 0, gid: 0 };
    this.own(name, like.mode & 0o7777, like);
  }
}
