import { language, setLanguage, useTexts } from "../i18n";
import { setTheme, theme } from "../theme";
import { texts } from "../shopper/texts";
import { Choices } from "../ui/Choices";

/** Language and colours. */
export function Looks() {
  const t = useTexts(texts);
  return (
    <section class="card stack">
      <Choices
        label={t.language} two chosen={language.value} onChoose={setLanguage}
        options={[{ value: "vi", label: "Tiếng Việt" }, { value: "en", label: "English" }]}
      />
      <Choices
        label={t.theme} chosen={theme.value} onChoose={setTheme}
        options={(["auto", "light", "dark"] as const).map((value) => ({ value, label: t.themes[value] }))}
      />
    </section>
  );
}
