// Who is signed in on this page.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { User } from "../core/protocol.ts";

export class Account {
  private readonly current = signal<User | null | undefined>(undefined);

  /** The person, or null for a guest (and while it is not known yet). */
  readonly user: ReadonlySignal<User | null> = computed(() => this.current.value ?? null);
  readonly known: ReadonlySignal<boolean> = computed(() => this.current.value !== undefined);
  readonly mayBroadcast = computed(() => this.hasRole("creator", "admin"));
  readonly mayModerate = computed(() => this.hasRole("moderator", "admin"));

  private readonly prompt = signal<{ readonly then: () => void } | null>(null);

  constructor(private readonly http: Http) {
    // The log-in ran out while the page was open: asked for over what is being done, which stays as it is.
    http.onStranger = () => {
      const then = () => undefined;
      if (this.user.value) this.prompt.value = { then };
    };
  }

  /** True while the page asks the person to sign in. */
  get asking(): ReadonlySignal<boolean> {
    return this.isAsking;
  }

  private readonly isAsking = computed(() => this.prompt.value !== null);

  /** Runs `then` now for somebody who is signed in, otherwise asks first. */
  ask(then: () => void = () => undefined): void {
    if (this.user.value) then();
    else this.prompt.value = { then };
  }

  /** The person closed the form. */
  dismiss(): void {
    this.prompt.value = null;
  }

  /** Asks who is signed in. Somebody who never signed in here is a guest without a request. Raises ApiError. */
  async refresh(): Promise<void> {
    if (!mayBeSignedIn()) {
      this.current.value = null;
      return;
    }
    try {
      this.current.value = (await this.http.get<{ user: User }>("me")).user;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      this.current.value = null;
    }
  }

  /** The server did not say who this is. */
  assumeGuest(): void {
    this.current.value = null;
  }

  /** Raises ApiError. */
  async signIn(handle: string, password: string): Promise<void> {
    const { user } = await this.http.post<{ user: User }>("auth/login", { handle, password });
    this.arrive(user);
  }

  /** Raises ApiError. */
  async register(handle: string, password: string, displayName: string): Promise<void> {
    const body = { handle, password, display_name: displayName };
    const { user } = await this.http.post<{ user: User }>("auth/register", body);
    this.arrive(user);
  }

  /** Raises ApiError. */
  async signOut(): Promise<void> {
    await this.http.post("auth/logout");
    this.current.value = null;
  }

  private arrive(user: User): void {
    this.current.value = user;
    const { value } = this.prompt;
    this.prompt.value = null;
    value?.then();
  }

  private hasRole(...roles: User["role"][]): boolean {
    const { user } = this;
    return user.value !== null && roles.includes(user.value.role);
  }
}

/** The session's cookie cannot be read here; the server sets this one beside it. */
function mayBeSignedIn(): boolean {
  return document.cookie.split("; ").includes("livecart_signed_in=1");
}
