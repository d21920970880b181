// The one place that knows the drawing library.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { timeOfDay } from "../format";

export interface Drawn {
  kind: "bars" | "line";
  /** Seconds since 1970, or months. */
  x: number[];
  y: number[];
  /** How a value is written at the axis. */
  label: (value: number) => string;
  /** What x counts. */
  span: "time" | "months";
}

const HEIGHT = 220;
/** Steps of the time axis, in seconds: never finer than what is counted. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * 60);
/** Room for half a bar at each end, in seconds. */
const HALF_BAR = 45;

/** Draws into a box, follows its width and the colours of the page, and gives back how to end it. */
export function draw(box: HTMLElement, what: Drawn): () => void {
  const style = getComputedStyle(box);
  // Asked at each drawing: light and dark change under a chart that stands.
  const colour = (name: string) => () => style.getPropertyValue(name).trim() || style.color;
  const [ink, mark] = [colour("--chart-ink"), colour("--chart-mark")];
  const grid = { stroke: colour("--chart-grid"), width: 1 };
  const months = what.span === "months";
  const axis = { stroke: ink, grid, ticks: grid, font: `12px ${style.fontFamily}` };
  const paths =
    what.kind === "bars" ? uPlot.paths.bars?.({ size: [0.7, 40] }) : uPlot.paths.linear?.();
  // A line through one point is none.
  const points = { show: what.kind === "line" && what.x.length === 1, size: 8, fill: mark };
  const chart = new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: !months, range: (_, least, most) => (months ? [0.4, 12.6] : [least - HALF_BAR, most + HALF_BAR]) },
        y: { range: (_, __, most) => [0, Math.max(most, 1) * 1.1] },
      },
      axes: [
        months
          ? { ...axis, incrs: [1], space: 20, values: (_, ticks) => ticks.map(monthAt) }
          : { ...axis, incrs: STEPS, space: 60, values: (_, ticks) => ticks.map((at) => timeOfDay(at * 1000)) },
        { ...axis, size: 64, values: (_, ticks) => ticks.map((value) => (Number.isInteger(value) ? what.label(value) : "")) },
      ],
      series: [{}, { stroke: mark, fill: what.kind === "bars" ? mark : undefined, width: 2, paths, points }],
    },
    [what.x, what.y],
    box,
  );
  const watch = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: HEIGHT }));
  watch.observe(box);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => chart.redraw(false);
  dark.addEventListener("change", recolour);
  return () => {
    watch.disconnect();
    dark.removeEventListener("change", recolour);
    chart.destroy();
  };
}

function monthAt(at: number): string {
  return Number.isInteger(at) && at >= 1 && at <= 12 ? String(at) : "";
}
