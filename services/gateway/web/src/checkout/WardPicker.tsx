import { useEffect, useId, useState } from "preact/hooks";
import { useTexts } from "../i18n";
import { texts } from "./texts";
import { type FoundWard, useWards } from "./useWards";

export type { FoundWard };

interface Props {
  chosen: FoundWard | null;
  wrong: string | undefined;
  onChoose: (ward: FoundWard | null) => void;
}

/** A commune by a few letters of its name; whoever likes chooses the province first. */
export function WardPicker({ chosen, wrong, onChoose }: Props) {
  const t = useTexts(texts);
  const id = useId();
  const [typed, setTyped] = useState("");
  const [province, setProvince] = useState("");
  const [active, setActive] = useState(0);
  const { provinces, found } = useWards(typed, province);
  useEffect(() => setActive(0), [typed, province]);

  if (chosen) {
    return (
      <div class="field">
        <span class="ward-label">{t.ward}</span>
        <p class="ward-chosen">
          <span>{chosen.line}</span>
          <button type="button" class="button plain" onClick={() => onChoose(null)}>{t.wardChange}</button>
        </p>
        {wrong && <span class="wrong">{wrong}</span>}
      </div>
    );
  }
  const choose = (ward: FoundWard | undefined) => {
    if (!ward) return;
    setTyped("");
    onChoose(ward);
  };
  const pressed = (event: KeyboardEvent) => {
    const last = (found?.length ?? 0) - 1;
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, last));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") choose(found?.[active]);
    else return;
    event.preventDefault();
  };
  const open = found !== null && found.length > 0;
  return (
    <div class="field">
      <label for={`${id}-province`}>{t.province}</label>
      <select id={`${id}-province`} value={province} onChange={(event) => setProvince(event.currentTarget.value)}>
        <option value="">{t.provinceAny}</option>
        {provinces.map(({ code, full_name }) => (
          <option key={code} value={code}>{full_name}</option>
        ))}
      </select>
      <label for={id}>{t.ward}</label>
      <input
        id={id} name="ward" role="combobox" aria-expanded={open} aria-controls={`${id}-list`} aria-autocomplete="list"
        aria-activedescendant={open ? `${id}-${active}` : undefined} aria-describedby={`${id}-hint ${id}-wrong`}
        aria-invalid={wrong ? true : undefined} autoComplete="off" value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)} onKeyDown={pressed}
      />
      <span class="hint" id={`${id}-hint`} role="status">{found?.length === 0 ? t.wardNone : t.wardHint}</span>
      {wrong && <span class="wrong" id={`${id}-wrong`}>{wrong}</span>}
      <ul id={`${id}-list`} role="listbox" aria-label={t.wardFound} class="ward-list" hidden={!open}>
        {found?.map((ward, index) => (
          <li
            key={ward.code} id={`${id}-${index}`} role="option" aria-selected={index === active}
            onClick={() => choose(ward)}
          >
            {ward.line}
          </li>
        ))}
      </ul>
    </div>
  );
}
