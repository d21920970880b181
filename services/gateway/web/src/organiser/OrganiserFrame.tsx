import type { ComponentChildren } from "preact";
import { useTexts } from "../i18n";
import { organises } from "../work/may";
import { WorkPage } from "../work/WorkPage";
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
    <WorkPage title={title} may={organises} tabs={tabs}>
      {children}
    </WorkPage>
  );
}
