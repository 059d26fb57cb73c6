/**
 * What survives a reload: the visitor's token and the read mark for all tabs, the unsent messages and the open window for
 * this one. Where the browser forbids storage, it lasts as long as the page.
 */

/** The part of the browser's storage that is used. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

class MemoryShelf implements Shelf {
  private readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

function usable(open: () => Shelf): Shelf {
  try {
    const shelf = open();
    shelf.setItem("sportello", "");
    shelf.removeItem("sportello");
    return shelf;
  } catch {
    return new MemoryShelf();
  }
}

export class Storage {
  private readonly shared: Shelf;
  private readonly own: Shelf;
  private readonly prefix: string;

  /** `scope` keeps the channels of one page apart: the address of the hook. */
  constructor(scope: string, shared = usable(() => localStorage), own = usable(() => sessionStorage)) {
    this.prefix = `sportello ${scope} `;
    this.shared = shared;
    this.own = own;
  }

  get token(): string | undefined {
    return this.shared.getItem(`${this.prefix}token`) ?? undefined;
  }
  set token(token: string) {
    this.write(this.shared, "token", token);
  }

  /** The time of the newest message that the customer has seen. */
  get readUpTo(): number {
    return Number(this.shared.getItem(`${this.prefix}read`)) || 0;
  }
  set readUpTo(at: number) {
    this.write(this.shared, "read", String(at));
  }

  get open(): boolean {
    return this.own.getItem(`${this.prefix}open`) === "1";
  }
  set open(open: boolean) {
    this.write(this.own, "open", open ? "1" : "0");
  }

  get draft(): string {
    return this.own.getItem(`${this.prefix}draft`) ?? "";
  }
  set draft(text: string) {
    this.write(this.own, "draft", text);
  }

  /** Messages that have not reached the server. */
  get unsent(): unknown {
    try {
      return JSON.parse(this.own.getItem(`${this.prefix}unsent`) ?? "[]");
    } catch {
      return [];
    }
  }
  set unsent(messages: unknown) {
    this.write(this.own, "unsent", JSON.stringify(messages));
  }

  /** Calls back when another tab wrote something that all tabs share. */
  watch(changed: (what: "token" | "read") => void): void {
    addEventListener("storage", ({ key }) => {
      if (key === `${this.prefix}token`) changed("token");
      else if (key === `${this.prefix}read`) changed("read");
    });
  }

  private write(shelf: Shelf, name: string, value: string): void {
    try {
      shelf.setItem(this.prefix + name, value);
    } catch {
      // Full: what is on the screen stays right, it only will not survive a reload.
    }
  }
}
