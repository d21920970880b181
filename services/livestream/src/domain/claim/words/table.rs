//! The words themselves.
//!
//! Written with all marks; a comment may leave out some or all of them. Where a word without marks could be several
//! (`bo`: bỏ, bộ), the first that is listed wins. The order of the rows is therefore part of the rules.

use super::Tag::{
    self, Add, All, And, Ask, AskEnd, Before, Both, But, Buy, Can, Cancel, Change, Claim, CodeMark,
    Counter, DigitsMark, Done, Drop, Each, Few, Filler, Go, Greet, Half, Head, Hurry, If, Into,
    Later, Look, Me, Minus, More, Never, Not, NotYet, Now, Number, NumberMark, Only, Or, Others,
    Pack, Past, Pay, Place, Polite, Praise, PriceMark, PriceUnit, Ship, SizeUnit, Star, Stock,
    Then, Think, Third, TimeMark, TimeUnit, Times, Use, Variant, Want, You,
};

/// Phrases of one tag, separated by commas.
pub(super) const WORDS: &[(Tag, &str)] = &[
    (
        Greet,
        "chào, hello, hi, helo, xin chào, alo, chúc, chúc mừng, hí, em chào, chào buổi, kính chào, gửi lời, cảm ơn, cám ơn, cam on, tks",
    ),
    (Polite, "ạ, a, hẳn, nhé, nha, nhe, với"),
    (
        Claim,
        "chốt, chốt đơn, chốt kèo, chót, chôts, choots, lên đơn, ghi đơn, vào đơn, tạo đơn, làm đơn, nhận đơn, đặt hàng, đặt đơn, xuống đơn, cf, cfm, confirm, order, oder, ord, hốt, múc, xúc, quất, rinh, húp, book, sold, đăng ký, đk, dk",
    ),
    (
        Buy,
        "lấy, laays, mua, đặt, gom, ủng hộ, cần, cần mua, cần lấy, muốn, muốn mua, muốn lấy, muốn đặt, muốn chốt, bán cho, tậu, khuân, vợt, nhặt, buy, take",
    ),
    (
        Want,
        "cho, xin, để, để cho, để lại, để dành, giữ, giữ cho, gửi cho em, gửi cho mình, gửi cho chị, gửi em, gửi mình, ship cho em, ship cho mình, ship cho chị, ship em, giao cho em, giao cho mình, bán em, lấy cho, lấy dùm, dành cho, phần",
    ),
    (
        Add,
        "thêm, lấy thêm, mua thêm, chốt thêm, đặt thêm, cho thêm, add, cộng, cộng thêm, thêm vào",
    ),
    (
        Cancel,
        "huỷ, hủy đơn, hủy chốt, huỷ kèo, cancel, cancle, cancel đơn, hoàn đơn, huỷ bỏ, xoá đơn, xin hủy, rút đơn",
    ),
    (Variant, "trà"),
    (
        Drop,
        "bỏ, trả, bỏ đơn, bỏ bớt, xoá, gỡ, trả lại, trả đơn, rút, rút lại, pass, pass lại, nhường, nhả, bùng, loại bỏ, bỏ ra",
    ),
    (
        Change,
        "đổi, đổi mã, đổi cho, chuyển, thay, thay cho, thay vì, thay thế",
    ),
    (
        Into,
        "sang, ra, thành, qua, bằng, sang mã, thành mã, qua mã, lấy sang",
    ),
    (
        Not,
        "không, ko, kg, khong, hok, hong, hông, hem, hok có, khum, khom, kh, k, chả, chẳng, hổng, không có, không muốn, không cần, không thể, ko muốn, k muốn, ko cần, k cần, not, hỏng",
    ),
    (Never, "đừng, đừng có, khỏi, thôi khỏi, thôi đừng, dừng"),
    (NotYet, "chưa, chưa có, chưa muốn, chưa cần, chưa vội, chx"),
    (
        Done,
        "rồi, rùi, r, xong, thành công, thành công rồi, xong rồi, ròi, roài, oy, rầu, xong xuôi, được rồi, done",
    ),
    (
        Past,
        "đã, vừa, vừa mới, mới, từng, đã từng, vừa nãy, nãy, ban nãy, lúc nãy, hồi nãy, bị",
    ),
    (
        Before,
        "vừa rồi, hôm qua, hqua, hôm trước, hôm kia, hôm nọ, bữa trước, bữa kia, hôm bữa, lần trước, lần rồi, tuần trước, tháng trước, năm ngoái, năm trước, phiên trước, live trước, đợt trước, hồi trước, trước đây, trước đó, ngày xưa, ngày trước, sáng nay, tối qua, chiều qua, sáng qua, đợt rồi, lần đầu, mọi lần, mọi khi, ở trên, bên trên, phía trên, cmt trên, lúc trước, dạo trước, kỳ trước",
    ),
    (
        Now,
        "nay, giờ, hôm nay, bây giờ, lần này, h, phiên này, live này, bữa nay, hnay, giờ thì, đợt này, tối nay, chiều nay",
    ),
    (
        Later,
        "mai, ngày mai, hôm sau, lát, lát nữa, tí nữa, tý nữa, chút nữa, tí, tý, sau, lần sau, hôm khác, khi khác, bữa khác, dịp khác, để sau, để mai, để lát, để lúc khác, để hôm khác, phiên sau, live sau, tuần sau, tháng sau, mốt, sau này, từ từ, đợi, chờ, đợi tí, chờ tí, để đợi, cuối tháng, lương về, có lương, khi nào có",
    ),
    (
        Think,
        "định, đang định, tính, đang tính, phân vân, đang phân vân, lăn tăn, suy nghĩ, nghĩ, cân nhắc, để xem, để em xem, để mình xem, để chị xem, để suy nghĩ, để nghĩ, để em nghĩ, để tính, để em tính, chắc, có lẽ, hay là, sẽ, đang xem, xem đã, ước, thèm, muốn hỏi, suýt, tưởng, suýt nữa",
    ),
    (
        If,
        "nếu, nếu còn, còn thì, còn hàng thì, khi nào, nếu được, nếu như, giá mà",
    ),
    (
        Ask,
        "mua mấy, mua mấy tặng, cách, hướng dẫn, gì, j, gi, bao nhiêu, bao nhiu, baonhieu, bnhieu, bnhiu, bn, nhiêu, nhiu, bao nhiêu tiền, mấy tiền, mấy giờ, đâu, ở đâu, đâu rồi, sao, ra sao, làm sao, tại sao, vì sao, vs sao, sao lại, thế nào, ntn, như nào, như thế nào, khi nào, bao giờ, bao lâu, bao h, khác gì, cái nào, loại nào, mã nào, con nào, màu nào, ngày nào, lúc nào, chỗ nào, hãng nào, vị nào, size nào, hôm nào, là sao, phải không, được không, đc ko, dc ko, đc k, dc k, được ko, được k, có phải, hay chưa, được chưa, đc chưa, dc chưa, xong chưa, hay không, why, how, what, cách nào, kiểu gì, tnao, ra làm sao, nào ngon hơn, thì sao, mấy hôm, mấy ngày, phải ko, đúng không, đúng ko, có không, có ko",
    ),
    (AskEnd, "à, hả, hở, hử, nhỉ, ư, chăng, ha, ah, hửm, hey"),
    (
        Look,
        "xem, bán, coi, ngắm, hỏi, giá sao, giá sỉ, tư vấn, tv, review, rv, info, in4, thông tin, chi tiết, giới thiệu, nói, nói rõ, nói lại, ib, inbox, rep, trả lời, check, biết, nghe, ghim, live, mở, mở bán, quay, zoom, cận, lên sóng, bên trong, ảnh, hình, hạn, date, hsd, nsx, xuất xứ, thành phần, công dụng, cách dùng, bảo quản, bảng giá, báo giá, xin giá, mã giảm giá, voucher, freeship, free ship, phí, phí ship, chính sách, hotline, giải thích, so sánh, địa chỉ shop, link, nhắc, kiểm tra, đơn của, kiểu, khuyến mãi, tặng kèm, mini game, minigame",
    ),
    (
        Stock,
        "còn, có, hết, hết hàng, còn hàng, cháy hàng, sold out, về hàng, về thêm, có hàng, sẵn, có sẵn, sắp hết, gần hết",
    ),
    (Or, "hay, hoặc"),
    (
        Praise,
        "đắt quá, đắt thế, đắt vậy, hơi đắt, ngon, đẹp, xinh, rẻ, đắt, mắc, thích, thơm, chất lượng, tuyệt, tuyệt vời, tốt, hay, dễ thương, cute, ưng, mê, ghiền, hợp lý, uy tín, hời, xịn, đỉnh, yêu, iu, quá, lắm, thế, ghê, wow, khen, chê, dở, tệ, đáng, đáng tiền, đáng mua, nên mua, nên thử, bổ, chuẩn, chuẩn vị, sạch, tươi, nhìn, trông, thấy, quá trời, xuất sắc, nổi tiếng, hấp dẫn, ok lắm, bán chạy, hot, best, ngọt, chua, béo, to thế, hết sảy, hết nấc, vui, giỏi, mlem, chất, max, 10 điểm, điểm, like, cay, giòn, dẻo, mịn, hài lòng, ổn, sang trọng, chắc tay, phê, thật",
    ),
    (
        Use,
        "dùng, ăn, uống, nhận, nhận được, nhận hàng rồi, thử, xài, sử dụng, bị vỡ, vỡ, hỏng, lỗi, giao nhầm, nhầm, mở ra, hàng về, về chưa, tới, nấu, pha, chấm, biếu rồi, bán hết, của mình đâu, thiếu, dán, làm quà, hợp với",
    ),
    (
        Others,
        "mọi người, mng, mn, mọi ng, mng ơi, cả nhà, các bác, các chị, các bạn, các mẹ, các mom, các em, các cô, các anh, các nàng, các tình yêu, bà con, anh em, ae, anh chị em, ace, mấy chị, mấy bạn, mấy mẹ, mấy bác, mấy mom, chị em, cả nhà mình, các thím, anh chị, quý khách, quý vị, các con, hội chị em, tất cả mọi người, mấy đứa, bạn nào, chị nào, ai chưa, nhà mình ơi, các khách, bạn nào chưa, các ac, cb, các b",
    ),
    (
        Third,
        "nó, họ, người ta, ngta, bạn ấy, chị ấy, anh ấy, cô ấy, bạn kia, chị kia, anh kia, ai đó, ai, ai cũng, bạn em, bạn mình, bạn tôi, chồng em, vợ em, mẹ em, bố em, chị em em, em gái em, chị gái em, hàng xóm, khách, nhiều người, người khác, người kia, bạn ý, chị ý, ổng, bả, ông ấy, bà ấy, bạn trên, chị trên, bác kia, đứa bạn, nhà hàng xóm, bạn chị, mẹ mình, mẹ chồng, đồng nghiệp, bên kia, thằng, con bạn, cả phòng",
    ),
    (
        Hurry,
        "kẻo hết, kẻo, kẻo lỡ, nhanh tay, nhanh nhanh, lẹ lên, nhanh lên, nhanh nào, hãy, lẹ tay, nhanh chân, đi nào, mại dô, tranh thủ, nhanh còn kịp, bỏ lỡ, mau lên, vào mua, vào chốt, số lượng có hạn",
    ),
    (
        Me,
        "em, e, iem, mình, mik, mk, mìn, m, tôi, tui, t, tớ, chị, c, chj, anh, a, cô, chú, bác, dì, cháu, tao, nhà em, nhà mình, nhà chị, bên em, gđ em, con, bọn em, tụi em, thím, bà, ông, cậu, bon em, nhà tôi, me, my",
    ),
    (
        You,
        "shop, sốp, shốp, ad, admin, mc, bạn, bn ơi, b, nàng, ctv, htx, chủ shop, page, chủ nhà, người đẹp, host, bé, cưng ơi, ơi, oi, nhà bán, bên bán, chủ live, đoàn viên, btc",
    ),
    (
        Polite,
        "ạ, ah, ak, nhé, nhe, nha, nhá, nhaa, nhen, nghe, với, vs, vơi, giúp, giùm, dùm, hộ, dạ, vâng, ừ, uh, um, ok, oki, okie, oke, okê, okla, luôn, ngay, liền, đi mà, nè, nhoa, hen, hihi, hehe, haha, hi hi, kk, kkk, please, pls, plz, thanks, thank, tks, thank you, thanks you, cảm ơn, cám ơn, cmon, cam on, cảm ơn nhiều, nhiều, ơn, vậy, thế nhé, đó, đấy, này, nhanh, lẹ, gấp, sớm, lun, lunn, luon, nhỡ, nghen, nhé ạ, cơ, mà, nhở, đi ạ, giúp em, giúp mình, hộ em, hộ mình, giúp chị, á, ý, í, z, zậy, được nhé, được nha, rất, thì, là, vẫn, chỉ, có thể, chính, cái nhé, xíu, nhớ, please ạ, hết hồn, nào, yên tâm, đúng, chắc chắn, dc nhé, thiệt, thực sự, tiếp, lại, lên, trước, phát, kèm, liền tay, liền nhé, lum, nhanh nhanh giúp em",
    ),
    (
        Filler,
        "đơn, đơn hàng, hàng, em ơi, chị ơi, anh ơi, shop ơi, bạn ơi, ad ơi, cô ơi, bác ơi, e ơi, c ơi, mc ơi, mã ạ, của em, của mình, của chị, của tôi, của e, của m, mọi người trong, mọi người ở, cả nhà em, cả nhà chị, các bạn trong, nha em, làm, hả em, gói quà, cho vào giỏ, vào giỏ, giỏ, riêng, về, tên, name, hàng này, cái này, món này, loại này, mã này, em này, nhà, xin phép, giúp cái, không sao, sao cũng được, nào cũng được, gì cũng được, loại nào cũng được, màu nào cũng được, bao nhiêu cũng được, bao nhiêu cũng lấy, giá nào cũng được, ra đơn, khách cũ, khách quen, ngoài, trong",
    ),
    (
        Counter,
        "hũ, hủ, hộp, lọ, chai, gói, túi, cái, chiếc, quả, trái, combo, cb, set, sét, bộ, bó, bịch, bao, thùng, lốc, két, lon, hòm, can, bình, vỉ, khay, kg, ký, kí, ki, kilo, cân, lạng, suất, xuất, phần, sp, sản phẩm, món, cây, củ, bánh, chén, tách, cốc, ly, bát, rổ, tải, vại, chum, ống, tuýp, viên, miếng, thanh, cuộn, tấm, lẵng, dây, xâu, nải, buồng, bắp, bông, lít, phong, hạt, đơn, mớ, bich, con, bé, em, nàng, hôp, pack, pcs, pc, cặp hũ, hộp quà, giỏ quà, tệp, thẻ, khối, mẻ, ổ, cành, bọc, dĩa, xấp, thếp, chậu, tờ, quyển, cuốn",
    ),
    (
        Each,
        "mỗi, mỗi loại, mỗi thứ, mỗi mã, mỗi cái, mỗi vị, mỗi món, mỗi sp, mỗi sản phẩm, mỗi em, mỗi bé, mỗi con, mỗi bên, mỗi màu, mỗi code, mỗi hũ, mỗi hộp, mỗi chai, mỗi gói, mỗi túi, mỗi lọ, từng loại, từng mã, đều, each",
    ),
    (
        Times,
        "x, sl, số lượng là, số lượng, slg, sluong, qty, quantity, slượng, số lg, soluong, s l, số l",
    ),
    (
        Pay,
        "ck, chuyển khoản, ck rồi, đã ck, đã chuyển khoản, thanh toán, trả tiền, cọc, đặt cọc, cod, chuyển tiền, bank, banking, tt, bill, gửi bill, momo, qr, quét qr, quét mã, bill rồi, nộp tiền, gửi tiền, chuyển rồi, tiền mặt, stk rồi",
    ),
    (
        Ship,
        "gửi, ship, ship về, gửi về, giao về, giao hàng, ship đến, ship tới, gửi đến, gửi tới, gửi qua, gửi ra, gửi vào, đ c, đc là, địa chỉ, dc là, đchi, dia chi, đóng gói, đóng, gói kỹ, ship cod, chuyển về, giao, giao tới, giao đến, giao ở, giao cho, qua nhà lấy, ghé lấy, đến lấy, ra lấy, tới lấy, lấy hàng, nhận hàng, lấy tại, nhận tại, nhận ở, hẹn, giao mai, ship mai, giao sớm, ship sớm, ship nhanh, ghi chú, note, vận chuyển, bọc kỹ, ship hàng, về địa chỉ, đến địa chỉ, gửi hàng, cho địa chỉ, gửi địa chỉ, nhắn, nhắn tin, gọi",
    ),
    (
        Place,
        "ngõ, ngách, hẻm, kiệt, phố, đường, phường, quận, huyện, xã, thôn, xóm, ấp, tổ, khu, tầng, phòng, căn, căn hộ, chung cư, toà, tòa nhà, toà nhà, lô, block, số nhà, nhà số, km, quốc lộ, ql, tp, thành phố, tỉnh, thị xã, thị trấn, ở, tại, cổng, chợ, trường, bệnh viện, công ty, cty, hn, hcm, sg, hà nội, sài gòn, hải phòng, đà nẵng, lớp, kđt, khu đô thị, tiểu khu, bản, làng, đội, khối phố, kiot, ki ốt, quầy, gian, ct, nhà ở, toa nha",
    ),
    (
        TimeUnit,
        "giờ, h, phút, p, ngày, tuần, tháng, năm nay, năm nữa, năm rồi, giây, s, tiếng, lần, hôm, buổi, tuổi, phiên, buổi live, mùa, đêm, ph, năm trước, năm sau, đời",
    ),
    (
        TimeMark,
        "lúc, khoảng, trước, ngày, tháng, thứ, chủ nhật, mùng, mồng, lúc nào, đến, từ, năm, phút, sau ngày, tầm, cuối tuần, top, live số, phiên, tập, lần thứ, hạng, vị trí, giải, đứng thứ, size, cỡ, sz, trang",
    ),
    (
        PriceUnit,
        "k, ka, nghìn, ngàn, ngìn, nghin, tr, triệu, củ tiền, đ, vnd, vnđ, đồng, d, cành tiền, xị, lít tiền, usd, đô, ngđ, kđ, kk",
    ),
    (
        PriceMark,
        "giá, tiền, giảm, sale, tổng, tổng tiền, ck, cọc, chuyển khoản, phí, phí ship, hết tiền, có giá, giá chỉ, chỉ còn, còn giá, thanh toán, bớt còn, ship phí, deal",
    ),
    (Star, "sao, ★, star, điểm"),
    (
        SizeUnit,
        "ml, g, gr, gram, gam, cm, mm, mg, cc, l, độ, inch, v, w, oz, in, kcal, cal",
    ),
    (
        Head,
        "bạn, người, mẹ, đứa, chị em, vợ chồng, anh, mc, chị, ông, bà, nhà, mẹ con, anh em, ae, khách, cháu, bác, cô, chú, con nhỏ, vc, ng, view, like, tim, mắt xem, người xem, nghìn người, phần trăm, loại, mã, thứ, vị, màu, mẫu, tầng, phòng ngủ, chân, đầu, kiểu, trong 1, in1, câu, ý, điều, lý do, dòng, tin nhắn, cmt, bl, bình luận",
    ),
    (
        DigitsMark,
        "sdt, sđt, đt, dt, điện thoại, số điện thoại, số đt, tel, phone, zalo, zl, stk, số tài khoản, hotline, liên hệ, lh, alo, mst, cccd, call, số đth, đth, dthoai, sđt là",
    ),
    (Both, "cả, trọn, đủ, nguyên cả"),
    (
        All,
        "hết, tất cả, toàn bộ, hết cả, hết đơn, tất, sạch, hết luôn, all, tất tần tật, cả đơn, hết sạch, hết nhé, hết các mã, hết mọi thứ, hết tất cả",
    ),
    (
        And,
        "và, với, cùng, kèm, cùng với, kèm theo, va, voi, and, lẫn",
    ),
    (
        But,
        "nhưng, nhưng mà, nên, vì, tại, do, bởi vì, vậy nên, cho nên, thế thì, vậy thì, thế thôi, mà thôi, song, chứ",
    ),
    (Then, "thì"),
    (
        Variant,
        "màu, vị, size, sz, loại, hương, mùi, xanh, đỏ, vàng, trắng, đen, hồng, tím, nâu, cam, to, nhỏ, bé tí, lớn, vừa vừa, ít, ít đường, ít ngọt, không đường, ko đường, không cay, ko cay, cay vừa, cay nhiều, nguyên, nguyên vị, truyền thống, đặc biệt, thường, cao cấp, lẻ, mix, m, l, xl, s, xxl, gừng, sen, mật ong, mật, ong, trà, cà phê, bún, miến, mắm, cốm, nếp, gạo, chè, giò, chả, nem, kẹo, mứt, tương, rượu, dầu, hạt điều, hạt sen, tinh dầu, tinh bột nghệ, nghệ, nón, gốm, lụa, nấm, măng, thịt, cá, tôm, mực, chuối, bưởi, ổi, nhãn, vải, xoài, na, cam canh, loại 1, loại 500, ngũ cốc, sữa, yến, đông trùng, thêu, rau",
    ),
    (Go, "đi"),
    (More, "nữa, nx, nựa, nưa"),
    (Only, "thôi, thui, hoi, thoi, thoy"),
    (Can, "được, đc, dc, đk, nổi, kịp"),
    (
        Few,
        "vài, mấy, dăm, một ít, 1 ít, một vài, 1 vài, một số, ít, nhiều, vài ba",
    ),
    (
        CodeMark,
        "mã, mã số, code, mã hàng, mã sp, mặt hàng, mã sản phẩm, cái mã, em mã, mã chốt, con mã",
    ),
    (NumberMark, "số, no, nr, stt"),
    (Number(0), "zero, kông"),
    (Number(1), "một, mốt, mọt, môt"),
    (Number(2), "hai"),
    (Number(3), "ba, bah"),
    (Number(4), "bốn, tư"),
    (Number(5), "năm, lăm, nhăm"),
    (Number(6), "sáu"),
    (Number(7), "bảy, bẩy"),
    (Number(8), "tám"),
    (Number(9), "chín"),
    (Number(10), "mười, mươi"),
    (Number(20), "hăm"),
    (Number(100), "trăm"),
    (Number(1000), "nghìn, ngàn"),
    (Minus, "âm, trừ"),
    (Pack(10), "chục, chuc"),
    (Pack(12), "tá"),
    (Pack(2), "đôi, cặp"),
    (Half, "nửa, rưỡi, rưởi, nữa hũ, nữa cân, nữa kg, nữa ký"),
];
