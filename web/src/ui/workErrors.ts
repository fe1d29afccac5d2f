// What can go wrong in the studio and at the desk, in English. See strings.ts.
import { errors } from "./strings.ts";

Object.assign(errors, {
  nothing_shown: "Show a product first: this reply needs its name or price.",
  topic_not_approved: "A moderator has to approve the topic first.",
  topic_claimed: "Another moderator is deciding on this topic.",
  topic_state: "Somebody decided on this topic meanwhile. The list is up to date again.",
  own_topic: "Nobody decides on a topic of their own.",
  no_media: "No relay for pictures is running right now. Try again in a moment.",
});
