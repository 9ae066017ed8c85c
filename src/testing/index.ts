export { virtualClock, type VirtualClock } from "../run/virtual-clock.js";
