import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Route, Switch, useLocation } from "wouter-preact";
import { useTexts } from "./i18n";
import { arrivals, routes } from "./routes";
import type { Params } from "./routes";
import { Button } from "./ui/Button";
import { MissingPage } from "./ui/MissingPage";
import { Page } from "./ui/Page";
import { Skeleton } from "./ui/Skeleton";
import { Toasts } from "./ui/Toasts";
import { texts } from "./ui/texts";

export function App() {
  const [at] = useLocation();
  useEffect(() => scrollTo(0, 0), [at]);
  return (
    <>
      <Switch>
        {arrivals.map(([path, Shown]) => (
          <Route key={path} path={path}>
            {(params) => <Shown key={path} params={params as Params} />}
          </Route>
        ))}
        {routes.map(([path, load]) => (
          <Route key={path} path={path}>
            {(params) => <Loaded key={path} load={load} params={params as Params} />}
          </Route>
        ))}
        <Route>
          <MissingPage />
        </Route>
      </Switch>
      <Toasts />
    </>
  );
}

interface Props {
  load: (typeof routes)[number][1];
  params: Params;
}

/** A page whose code comes when it is needed; without a connection it can be asked for again. */
function Loaded({ load, params }: Props) {
  const t = useTexts(texts);
  const [Shown, setShown] = useState<ComponentType<{ params: Params }> | null>(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setFailed(false);
    load().then(
      (module) => setShown(() => module.default),
      () => setFailed(true),
    );
  }, [load, turn]);
  if (Shown) return <Shown params={params} />;
  return (
    <Page title="Phiên">
      {failed ? (
        <div class="stack">
          <p role="alert">{t.loadFailed}</p>
          <Button look="main" onClick={() => setTurn(turn + 1)}>{t.again}</Button>
        </div>
      ) : (
        <Skeleton height="12rem" />
      )}
    </Page>
  );
}
