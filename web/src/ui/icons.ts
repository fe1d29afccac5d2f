// The signs in use, under our names, from Lucide (ISC): each as its lines. Only those that a page uses land in its script,
// which is why each comes from a file of its own.
export { default as down } from "lucide/dist/esm/icons/arrow-down.mjs";
export { default as up } from "lucide/dist/esm/icons/arrow-up.mjs";
export { default as bell } from "lucide/dist/esm/icons/bell.mjs";
export { default as captions } from "lucide/dist/esm/icons/captions.mjs";
export { default as flag } from "lucide/dist/esm/icons/flag.mjs";
export { default as gift } from "lucide/dist/esm/icons/gift.mjs";
export { default as heart } from "lucide/dist/esm/icons/heart.mjs";
export { default as house } from "lucide/dist/esm/icons/house.mjs";
export { default as picture } from "lucide/dist/esm/icons/image-plus.mjs";
export { default as leave } from "lucide/dist/esm/icons/log-out.mjs";
export { default as microphone } from "lucide/dist/esm/icons/mic.mjs";
export { default as muted } from "lucide/dist/esm/icons/mic-off.mjs";
export { default as minus } from "lucide/dist/esm/icons/minus.mjs";
export { default as inset } from "lucide/dist/esm/icons/picture-in-picture-2.mjs";
export { default as plus } from "lucide/dist/esm/icons/plus.mjs";
export { default as screen } from "lucide/dist/esm/icons/screen-share.mjs";
export { default as gear } from "lucide/dist/esm/icons/settings.mjs";
export { default as share } from "lucide/dist/esm/icons/share.mjs";
export { default as bag } from "lucide/dist/esm/icons/shopping-bag.mjs";
export { default as next } from "lucide/dist/esm/icons/skip-forward.mjs";
export { default as turn } from "lucide/dist/esm/icons/switch-camera.mjs";
export { default as camera } from "lucide/dist/esm/icons/video.mjs";
export { default as cameraOff } from "lucide/dist/esm/icons/video-off.mjs";
export { default as cross } from "lucide/dist/esm/icons/x.mjs";
