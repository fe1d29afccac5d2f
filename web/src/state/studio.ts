// A creator's own things: topics, goods and shows, and the actions on them.
import { signal } from "@preact/signals";
import { ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Money, Product, Show } from "../core/protocol.ts";
import type { Category, Publication, Topic } from "../core/rest.ts";
import { CannedReplies } from "./canned.ts";
import { Coupons } from "./coupons.ts";
import { Listing } from "./listing.ts";
import { Standing } from "./standing.ts";

export interface TopicDraft {
  readonly title: string;
  readonly category: string;
  readonly summary: string;
  readonly language: string;
  readonly planned_at: string | null;
  readonly products: readonly string[];
}

export interface ProductDraft {
  readonly title: string;
  readonly currency: string;
  readonly variants: readonly {
    readonly title: string;
    readonly price_minor: number;
    readonly stock: number;
    /** No offer may sell it below. */
    readonly floor_minor: number | null;
  }[];
}

export interface ProductEdit {
  readonly title: string;
  readonly url: string | null;
  readonly on_sale: boolean;
  /** One without an id is added. */
  readonly variants: readonly {
    readonly id?: string;
    readonly title: string;
    readonly price_minor: number;
    readonly prices: readonly Money[];
    /** Left out: it stays as it is. */
    readonly floor_minor?: number | null;
  }[];
}

export class Studio {
  /** What topics may be about; empty until the server said. */
  readonly categories = signal<readonly Category[]>([]);
  readonly topics: Listing<Topic>;
  readonly goods: Listing<Product>;
  readonly shows: Listing<Show>;
  readonly canned: CannedReplies;
  readonly coupons: Coupons;
  readonly standing: Standing;

  constructor(private readonly http: Http) {
    this.topics = new Listing<Topic>(http, "topics", "mine=1");
    this.goods = new Listing<Product>(http, "products", "mine=1");
    this.shows = new Listing<Show>(http, "shows", "mine=1");
    this.canned = new CannedReplies(http);
    this.coupons = new Coupons(http);
    this.standing = new Standing(http);
  }

  async refresh(): Promise<void> {
    await Promise.all([
      this.topics.refresh(),
      this.goods.refresh(),
      this.shows.refresh(),
      this.standing.refresh(),
      this.readCategories(),
    ]);
  }

  /** What moderators decided meanwhile: nobody is told while he only has a list open. */
  async lookForDecisions(): Promise<void> {
    if (this.topics.items.value?.some(({ status }) => status === "in_review")) await this.topics.refresh();
  }

  /** They rarely change; the pages know those that a shop begins with. */
  private async readCategories(): Promise<void> {
    try {
      this.categories.value = (await this.http.get<{ categories: Category[] }>("topic-categories")).categories;
    } catch (error) {
      asApiError(error);
    }
  }

  /** Raises ApiError. A topic that was saved but not accepted for review stays as a draft. */
  async propose(draft: TopicDraft, submit: boolean): Promise<void> {
    const { planned_at, ...rest } = draft;
    const body = planned_at === null ? rest : draft;
    const { topic } = await this.http.post<{ topic: Topic }>("topics", body);
    this.topics.put(topic);
    if (submit) await this.submit(topic);
  }

  /** Raises ApiError. */
  async submit(topic: Topic): Promise<void> {
    const path = `topics/${encodeURIComponent(topic.id)}/submit`;
    await this.gated(async () => this.topics.put((await this.http.post<{ topic: Topic }>(path)).topic));
  }

  /** Another text for a topic that is there, as a new version if it was handed in before. Raises ApiError. */
  async editTopic(topic: Topic, draft: TopicDraft, submit: boolean): Promise<void> {
    const { planned_at, ...rest } = draft;
    const body = { ...rest, ...(planned_at === null ? {} : { planned_at }), version: topic.version };
    const edited = (await this.http.put<{ topic: Topic }>(`topics/${encodeURIComponent(topic.id)}`, body)).topic;
    this.topics.put(edited);
    if (submit && edited.status !== "in_review") await this.submit(edited);
  }

  /** Raises ApiError. What was approved goes to review again. */
  async putCover(topic: Topic, file: File): Promise<void> {
    const path = `topics/${encodeURIComponent(topic.id)}/cover`;
    this.topics.put((await this.http.request<{ topic: Topic }>("POST", path, { body: file })).topic);
  }

  /** Raises ApiError. */
  async removeCover(topic: Topic): Promise<void> {
    const path = `topics/${encodeURIComponent(topic.id)}/cover`;
    this.topics.put((await this.http.request<{ topic: Topic }>("DELETE", path, {})).topic);
  }

  /** Against a rejection. Raises ApiError. */
  async appeal(topic: Topic, reason: string): Promise<void> {
    const path = `topics/${encodeURIComponent(topic.id)}/appeal`;
    this.topics.put((await this.http.post<{ topic: Topic }>(path, { reason })).topic);
  }

  /** Raises ApiError. */
  async addProduct(draft: ProductDraft): Promise<void> {
    this.goods.put((await this.http.post<{ product: Product }>("products", draft)).product);
  }

  /** Raises ApiError. Stock is not changed here. */
  async editProduct(id: string, edit: ProductEdit): Promise<void> {
    await this.keep(this.http.put<{ product: Product }>(`products/${encodeURIComponent(id)}`, edit));
  }

  /** Raises ApiError. */
  async addPicture(id: string, file: File): Promise<void> {
    const path = `products/${encodeURIComponent(id)}/images`;
    await this.keep(this.http.request<{ product: Product }>("POST", path, { body: file }));
  }

  /** Leaves the product these of its pictures, in this order. Raises ApiError. */
  async arrangePictures(id: string, images: readonly string[]): Promise<void> {
    await this.keep(this.http.put<{ product: Product }>(`products/${encodeURIComponent(id)}/images`, { images }));
  }

  private async keep(answer: Promise<{ product: Product }>): Promise<void> {
    this.goods.put((await answer).product);
  }

  /** Raises ApiError. */
  async openShow(topic: Topic): Promise<{ show: Show } & Publication> {
    const opened = await this.gated(() => this.http.post<{ show: Show } & Publication>("shows", { topic: topic.id }));
    this.shows.put(opened.show);
    return opened;
  }

  /** What only the eligible may do: a refusal has what is missing read anew, which the page then says. */
  private async gated<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiError && (error.code === "not_eligible" || error.code === "shows_halted")) {
        await this.standing.refresh();
      }
      throw error;
    }
  }
}
