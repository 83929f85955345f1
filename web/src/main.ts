/**
 * What the page needs is asked for at once, before any of it has come: the catalogue, the code of the view that the link
 * names, and the program itself. This file is small, so that it runs while the others are on their way.
 */

import { askEarly } from "./api/early_catalogue";
import { entryNamed } from "./views/registry";

askEarly();
const name = new URLSearchParams(location.hash.slice(1)).get("view");
// The program asks for the view again, and says why its code does not come.
entryNamed(name)
  .load()
  .catch(() => undefined);
void import("./program");
