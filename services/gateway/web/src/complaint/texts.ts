// Words of a complaint.
export const texts = {
  vi: {
    title: "Phản ánh",
    hint: "Ban tổ chức nhận được ngay, kèm thời điểm trong phiên, và phải trả lời.",
    about: "Về điều gì",
    categories: { goods: "Hàng hoá", price: "Giá", conduct: "Cách ứng xử", fraud: "Lừa đảo", other: "Điều khác" },
    text: "Chuyện gì đã xảy ra",
    send: "Gửi phản ánh",
    filed: (number: string) => `Đã nhận phản ánh, số ${number}.`,
    mine: "Phản ánh của tôi",
    states: { open: "Chờ trả lời", answered: "Đã trả lời", closed: "Đã khép lại", unknown: "Chưa rõ" },
    answer: "Trả lời",
  },
  en: {
    title: "Complain",
    hint: "The organiser gets it at once, with the moment in the session, and has to answer.",
    about: "What about",
    categories: { goods: "Goods", price: "Price", conduct: "Conduct", fraud: "Fraud", other: "Something else" },
    text: "What happened",
    send: "Send the complaint",
    filed: (number: string) => `Your complaint was taken, number ${number}.`,
    mine: "My complaints",
    states: { open: "Waits for an answer", answered: "Answered", closed: "Closed", unknown: "Unknown" },
    answer: "Answer",
  },
};
