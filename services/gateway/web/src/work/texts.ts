export const texts = {
  vi: {
    work: "Việc của tôi",
    beside: "Trang cùng nhóm",
    none: "Tài khoản này chưa làm việc cho ban tổ chức hay chủ thể nào.",
    register: "Đăng ký chủ thể OCOP",
    organisers: "Ban tổ chức",
    producers: "Chủ thể",
  },
  en: {
    work: "My work",
    beside: "Pages beside this one",
    none: "This account works for no organiser and no producer.",
    register: "Register an OCOP producer",
    organisers: "Organisers",
    producers: "Producers",
  },
};
