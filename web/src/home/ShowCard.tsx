// One show as a link to its room.

import type { ComponentChildren } from "preact";
import type { Show } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { home } from "../ui/homeStrings.ts";
import layout from "../ui/layout.module.css";
import { ShowStateBadge } from "../ui/ShowStateBadge.tsx";
import { formatTime } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";
import styles from "./ShowCard.module.css";

interface ShowCardProps {
  readonly show: Show;
  /** Stands below, and is no part of the link. */
  readonly children?: ComponentChildren;
}

export function ShowCard({ show, children }: ShowCardProps) {
  const planned = show.planned_at === null ? home.notPlanned : home.planned(formatTime(show.planned_at));
  return (
    <div class={styles.card}>
      <a class={styles.link} href={at(`/s/${encodeURIComponent(show.id)}`)}>
        {show.cover && <img class={styles.cover} src={show.cover} alt="" loading="lazy" />}
        <span class={layout.between}>
          <ShowStateBadge state={show.state} />
          <span class={`${layout.muted} ${layout.small}`}>{work.topic.categories[show.category] ?? show.category}</span>
        </span>
        <span class={styles.title}>{show.title}</span>
        <span class={layout.muted}>{home.by(show.creator.display_name)}</span>
        <span class={`${layout.muted} ${layout.small}`}>
          {show.state === "ready" ? planned : home.watching(show.viewers)}
        </span>
      </a>
      {children}
    </div>
  );
}
