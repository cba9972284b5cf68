/* The page of one card. */
import { mountCard } from "./main.js";

mountCard(document.querySelector("#content"));
