// The signs on buttons that have no room for words; whoever uses one gives the button its name.

const PATHS = {
  heart: "M12 20.5S3.5 15.4 3.5 9.3A4.6 4.6 0 0 1 12 6.9a4.6 4.6 0 0 1 8.5 2.4c0 6.1-8.5 11.2-8.5 11.2z",
  bag: "M5 8h14l1 12.5H4zM8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5",
  gift: "M4 12v8.5h16V12M2.5 7.5h19V12h-19zM12 7.5v13M12 7.5C7 7.5 6 2.5 9 2.5c2 0 3 3 3 5zm0 0c5 0 6-5 3-5-2 0-3 3-3 5z",
  share: "M12 15V3m-4.5 4L12 2.5 16.5 7M7 11H4.5v10h15V11H17",
  flag: "M5 21.5V3.5h13l-3 4.5 3 4.5H5",
  inset: "M2.5 4.5h19v15h-19zM12.5 12h6v4.5h-6z",
  screen: "M2.5 4h19v12.5h-19zM8 20.5h8M12 16.5v4",
  turn: "M4 9a8.5 8.5 0 0 1 15-2.5M20 2.5v5h-5M20 15a8.5 8.5 0 0 1-15 2.5M4 21.5v-5h5",
  next: "M5 4.5l11 7.5-11 7.5zM19.5 4.5v15",
  microphone: "M12 2.5a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0v-6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v4",
  muted: "M12 2.5a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0v-6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v4M3.5 3.5l17 17",
  bell: "M5.5 17V10.5a6.5 6.5 0 0 1 13 0V17l1.5 1.5H4zM10 21h4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { readonly name: IconName; readonly filled?: boolean }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      width="22"
      height="22"
      fill={filled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
