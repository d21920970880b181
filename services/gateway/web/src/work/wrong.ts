import { Refused } from "../api/client";
import { useLanguage } from "../i18n";

type FieldFault = NonNullable<Refused["problem"]["errors"]>[number];

/** The last part of a field's name: a form has no `terms.organiser_account.bin`, it has a `bin`. */
export const lastPart = (field: string): string => field.slice(field.lastIndexOf(".") + 1);

export const faultsOf = (problem: unknown): readonly FieldFault[] =>
  problem instanceof Refused ? (problem.problem.errors ?? []) : [];

/** What is wrong with a field of a form, by its last name, in the person's language. */
export function useWrong(problem: unknown): (name: string) => string | undefined {
  const language = useLanguage();
  return (name) => {
    const fault = faultsOf(problem).find((one) => lastPart(one.field) === name);
    return fault && (language === "vi" ? fault.message_vi : fault.message_en);
  };
}

export type Wrong = ReturnType<typeof useWrong>;
