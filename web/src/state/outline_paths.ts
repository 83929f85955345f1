/** The paths of the groups of recorded graphs: modules, layers, scopes. Each graph is read once, for all who ask for it. */

import { fetchModels, fetchOutline, type RecordedModel } from "../api/model";

/** Different graphs that are read at most; the runs of a log mostly share one. */
const MOST_GRAPHS = 4;

const known = new Map<string, Promise<readonly string[]>>();

/** The paths of the models for which `isMeant` holds, each once. Fails where the server is gone. */
export async function readOutlinePaths(
  isMeant: (model: RecordedModel) => boolean,
): Promise<readonly string[]> {
  const models = (await fetchModels()).filter((model) => model.problem === "" && isMeant(model));
  const different = [...new Map(models.map((model) => [model.graph, model])).values()];
  const paths = await Promise.all(different.slice(0, MOST_GRAPHS).map(pathsOf));
  return [...new Set(paths.flat())];
}

function pathsOf({ run, graph, phases }: RecordedModel): Promise<readonly string[]> {
  const asked =
    known.get(graph) ??
    fetchOutline({ run, graph, phase: phases[0] ?? "forward" }).then(({ groups }) =>
      groups.path.filter((path) => path !== ""),
    );
  known.set(graph, asked);
  asked.catch(() => known.delete(graph));
  return asked;
}
