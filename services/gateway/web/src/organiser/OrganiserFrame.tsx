import type { ComponentChildren } from "preact";
import { useTexts } from "../i18n";
import { Page } from "../kit";
import { texts } from "./texts";

interface Props {
  title: string;
  organiserId: string;
  children: ComponentChildren;
}

/** The organiser's pages and the ways between them. */
export function OrganiserFrame({ title, organiserId, children }: Props) {
  const t = useTexts(texts);
  const root = `/organiser/${organiserId}`;
  const tabs = [
    [root, t.sessions],
    [`${root}/producers`, t.producers],
    [`${root}/summary`, t.summary],
    [`${root}/members`, t.members],
  ] as const;
  return (
    <Page title={title} tabs={tabs}>
      {children}
    </Page>
  );
}
