import { useTexts } from "../i18n";
import { Alerts } from "./Alerts";
import { alerts, offerRows, ordersPerMinute, producerRows } from "./figures";
import { Headline } from "./Headline";
import { Lag } from "./Lag";
import { OfferList } from "./OfferList";
import { ProducerList } from "./ProducerList";
import { texts } from "./texts";
import "./board.css";
