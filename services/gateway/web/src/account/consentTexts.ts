export const consentTexts = {
  vi: {
    title: "Điều tôi đồng ý",
    purposes: {
      delivery: "Chủ thể và đơn vị giao hàng dùng tên, số điện thoại, địa chỉ của tôi để giao đơn",
      session_news: "Báo cho tôi khi có phiên mới",
    },
    since: (day: string) => `đồng ý từ ${day}`,
    takenBack: (day: string) => `rút lại ngày ${day}`,
  },
  en: {
    title: "What I agree to",
    purposes: {
      delivery: "Producers and carriers use my name, phone and address to deliver my orders",
      session_news: "Tell me of new sessions",
    },
    since: (day: string) => `since ${day}`,
    takenBack: (day: string) => `taken back ${day}`,
  },
};
