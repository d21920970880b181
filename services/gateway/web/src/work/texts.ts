export const texts = {
  vi: {
    work: "Việc của tôi",
    none: "Tài khoản này chưa làm việc cho ban tổ chức hay chủ thể nào.",
    register: "Đăng ký chủ thể OCOP",
    organisers: "Ban tổ chức",
    producers: "Chủ thể",
    ward: "Xã, phường",
    wardHint: "Gõ vài chữ rồi chọn, ví dụ «hoan kiem»",
  },
  en: {
    work: "My work",
    none: "This account works for no organiser and no producer.",
    register: "Register an OCOP producer",
    organisers: "Organisers",
    producers: "Producers",
    ward: "Ward, commune",
    wardHint: "Type a few letters and choose, such as “hoan kiem”",
  },
};
