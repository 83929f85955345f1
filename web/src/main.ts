/**
 * What the page needs is asked for at once, before any of it has come: the catalogue, and the code of the view that the
 * link names. This file is small, and the first of the page to run: it waits for neither the document nor its styles.
 */

import { askEarly } from "./api/early_catalogue";
import { entryNamed } from "./views/registry";

askEarly();
const name = new URLSearchParams(location.hash.slice(1)).get("view");
// The program asks for the view again, and says why its code does not come.
entryNamed(name)
  .load()
  .catch(() => undefined);
