"""An audience can be read: every choice and every exclusion is in the sentence."""

from db.audiences import Audience
from desk.audience_words import describe
from desk.words import words

PLACES, GROUPS = {1: "xã Hàm Giang", 2: "xã Tập Sơn"}, {7: "Phụ nữ trẻ", 8: "Đã có việc"}
FULL = Audience(
    groups=(7,),
    places=(1, 2),
    hamlets=("Leng",),
    kinds=("job", "training"),
    statuses=("new",),
    age_from=18,
    age_to=35,
    sexes=("female",),
    langs=("km",),
    channels=("zalo_oa", "zalo_bot", "telegram"),
    follows=("job_fair",),
    without_told=True,
    without_talking=True,
    seen_within_days=90,
    without_groups=(8,),
)


def test_everything_that_is_chosen_is_said() -> None:
    assert describe(FULL, PLACES, GROUPS) == (
        "Nhóm Phụ nữ trẻ; Ở xã Hàm Giang hoặc xã Tập Sơn; Ấp Leng; Nhu cầu: Tìm việc làm hoặc Học nghề; "
        "Tình trạng: Chờ gọi; Từ 18 đến 35 tuổi; Nữ; Dùng tiếng Khmer; Qua Zalo hoặc Telegram; "
        f"Theo dõi tin: {words('vi')['notice.kind.job_fair']}. "
        "Trừ: người đã nhận tin này; người đang trò chuyện dở; người im lặng hơn 90 ngày; nhóm Đã có việc"
    )


def test_nothing_chosen_is_everybody() -> None:
    assert describe(Audience(), {}, {}) == "Mọi người đã đồng ý nhận tin"
    assert describe(Audience(sexes=("male", "female"), age_from=40), {}, {}) == "Từ 40 tuổi"
    assert describe(Audience(age_to=30), {}, {}) == "Đến 30 tuổi"
