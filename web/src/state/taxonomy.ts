// What topics may be about, as admins change it version by version; and who of the staff is in which group.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Person, User } from "../core/protocol.ts";
import type { Category } from "../core/rest.ts";

/** A category as it was at some time; `by` and `at` are null for what the shop began with. */
export interface CategoryVersion extends Category {
  readonly by: Person | null;
  readonly at: string | null;
}

export interface GroupMember {
  readonly user: Person;
  readonly groups: readonly string[];
}

export interface CategoryDraft {
  readonly policy: string;
  readonly restricted: readonly string[];
  readonly group: string;
  readonly names: Readonly<Record<string, string>>;
  readonly retired: boolean;
}

export class TaxonomyDesk {
  private readonly list = signal<readonly Category[]>([]);
  private readonly people = signal<readonly GroupMember[]>([]);
  private readonly admin = signal(false);
  private readonly fault = signal<ApiError | null>(null);

  constructor(private readonly http: Http) {}

  get categories(): ReadonlySignal<readonly Category[]> {
    return this.list;
  }

  get members(): ReadonlySignal<readonly GroupMember[]> {
    return this.people;
  }

  /** Whether whoever is signed in may change anything here. */
  get mayChange(): ReadonlySignal<boolean> {
    return this.admin;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  async refresh(): Promise<void> {
    try {
      const { user } = await this.http.get<{ user: User }>("me");
      this.list.value = (await this.http.get<{ categories: Category[] }>("topic-categories")).categories;
      this.admin.value = user.role === "admin";
      if (this.admin.value) {
        this.people.value = (await this.http.get<{ members: GroupMember[] }>("staff-groups")).members;
      }
      this.fault.value = null;
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** `before` null makes a new one. Raises ApiError, `category_changed` when somebody was faster. */
  async save(key: string, before: Category | null, draft: CategoryDraft): Promise<void> {
    const path = `topic-categories/${encodeURIComponent(key)}`;
    const body = { ...draft, version: before?.version ?? 0 };
    const { category } = await this.http.put<{ category: Category }>(path, body);
    const known = this.list.value.some((each) => each.key === key);
    this.list.value = known
      ? this.list.value.map((each) => (each.key === key ? category : each))
      : [...this.list.value, category];
  }

  /** Newest first. Raises ApiError. */
  async versions(key: string): Promise<readonly CategoryVersion[]> {
    const path = `topic-categories/${encodeURIComponent(key)}/versions`;
    return (await this.http.get<{ versions: CategoryVersion[] }>(path)).versions;
  }

  /** Raises ApiError. */
  async saveGroups(handle: string, groups: readonly string[]): Promise<void> {
    const { user } = await this.http.get<{ user: Person }>(`users/${encodeURIComponent(handle)}`);
    const path = `users/${encodeURIComponent(user.id)}/groups`;
    const { member } = await this.http.put<{ member: GroupMember }>(path, { groups });
    const others = this.people.value.filter((each) => each.user.id !== member.user.id);
    this.people.value = member.groups.length > 0 ? [...others, member] : others;
  }
}
