import type { ButtonHTMLAttributes, ComponentChildren } from "preact";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "class"> {
  /** `main`: what most people come for; `danger`: hard to take back; `plain`: beside another. */
  look?: "main" | "danger" | "danger main" | "plain" | "wide" | "main wide" | "danger wide" | "main wide big";
  /** Under way: not to be pressed again. */
  busy?: boolean;
  children: ComponentChildren;
}

export function Button({ look, busy, disabled, type = "button", children, ...rest }: Props) {
  return (
    <button {...rest} type={type} class={look ? `button ${look}` : "button"} disabled={disabled === true || busy === true} aria-busy={busy}>
      {children}
    </button>
  );
}
