/** Names of guests from abroad, in their own scripts; `native|Latin` where the script is not Latin. Invented combinations. */
import type { PersonName } from './names-chinese.ts';
import type { Random } from './random.ts';

interface Naming {
  readonly given: { readonly f: readonly string[]; readonly m: readonly string[] };
  /** One list for all, or one a sex where family names are declined. */
  readonly family: readonly string[] | { readonly f: readonly string[]; readonly m: readonly string[] };
  readonly order: 'given-first' | 'family-first';
  /** What stands between the parts in the person's own script. */
  readonly gap: '' | ' ';
}

export type NamingLanguage = 'en' | 'fr' | 'de' | 'es' | 'ru' | 'ar' | 'ja' | 'ko' | 'th' | 'vi';

const words = (text: string) => text.split(' ');
const lines = (text: string) => text.split(', ');

const RUSSIAN_STEMS = lines(
  'Иванов|Ivanov, Смирнов|Smirnov, Кузнецов|Kuznetsov, Попов|Popov, Соколов|Sokolov, Лебедев|Lebedev, Козлов|Kozlov, Новиков|Novikov, Морозов|Morozov, Волков|Volkov, Зайцев|Zaitsev, Павлов|Pavlov, Голубев|Golubev, Виноградов|Vinogradov, Беляев|Belyaev',
);

const NAMING: { readonly [L in NamingLanguage]: Naming } = {
  en: {
    given: {
      f: words(
        'Olivia Amelia Grace Charlotte Emily Sophie Hannah Lucy Alice Ruby Megan Harriet Naomi Beatrice Joan Clara',
      ),
      m: words(
        'Oliver George Harry Jack Thomas William James Henry Edward Samuel Daniel Arthur Hugh Martin Simon Patrick',
      ),
    },
    family: words(
      "Whitaker Ashford Bramley Carlisle Denham Ellsworth Fairbanks Garfield Hawthorne Ingram Jessop Kingsley Langford Merriweather Norwood Oakley Pemberton Quigley Radcliffe Stanhope Thornton Underhill Vickers Winslow Yardley O'Leary Smith-Rowe",
    ),
    order: 'given-first',
    gap: ' ',
  },
  fr: {
    given: {
      f: words('Camille Léa Chloé Manon Inès Élise Juliette Zoé Aurélie Margaux Hélène Noémie'),
      m: words('Lucas Hugo Louis Jules Théo Étienne Mathéo François Rémi Jérôme Cédric Loïc'),
    },
    family: words(
      'Moreau Lefèvre Garnier Faure Rousselle Blanchard Guérin Chevalier Marchand Delacroix Fontaine Beaulieu Lacombe Vasseur',
    ),
    order: 'given-first',
    gap: ' ',
  },
  de: {
    given: {
      f: words('Hannah Lena Marie Jana Käthe Greta Sabine Ulrike Heike Johanna Frieda Anneliese'),
      m: words('Lukas Jonas Felix Jürgen Matthias Götz Björn Stefan Tobias Karl Sönke Moritz'),
    },
    family: words(
      'Müller Schäfer Köhler Krüger Weiß Vogel Jäger Größmann Lindner Brückner Hofmeister Steinbach Überall Wittmann',
    ),
    order: 'given-first',
    gap: ' ',
  },
  es: {
    given: {
      f: words('Lucía Martina Sofía Elena Carmen Pilar Inés Begoña Marta Rocío'),
      m: words('Hugo Mateo Martín Álvaro Íñigo Javier Pablo Sergio Andrés Joaquín'),
    },
    family: lines(
      'García Núñez, Martínez Peña, López Ibáñez, Fernández Soto, Gómez Arroyo, Ruiz Cañete, Díaz Montero, Muñoz Vega, Álvarez Prieto, Romero Gil',
    ),
    order: 'given-first',
    gap: ' ',
  },
  ru: {
    given: {
      f: lines(
        'Анна|Anna, Мария|Maria, Елена|Elena, Ольга|Olga, Наталья|Natalia, Светлана|Svetlana, Ирина|Irina, Юлия|Yulia, Дарья|Daria, Ксения|Ksenia',
      ),
      m: lines(
        'Алексей|Alexey, Дмитрий|Dmitry, Сергей|Sergey, Андрей|Andrey, Михаил|Mikhail, Николай|Nikolay, Павел|Pavel, Игорь|Igor, Фёдор|Fedor, Юрий|Yury',
      ),
    },
    family: { f: RUSSIAN_STEMS.map((stem) => `${stem.replace('|', 'а|')}a`), m: RUSSIAN_STEMS },
    order: 'given-first',
    gap: ' ',
  },
  ar: {
    given: {
      f: lines('فاطمة|Fatima, مريم|Maryam, ليلى|Layla, نور|Noor, سارة|Sara, هدى|Huda, ريم|Reem, أمينة|Amina'),
      m: lines('محمد|Mohammed, أحمد|Ahmed, خالد|Khalid, عمر|Omar, يوسف|Yousef, سعيد|Saeed, طارق|Tariq, حسن|Hassan'),
    },
    family: lines(
      'الحسيني|Al-Husseini, المنصوري|Al-Mansouri, الشمري|Al-Shammari, الزهراني|Al-Zahrani, النعيمي|Al-Nuaimi, القاسمي|Al-Qasimi, العتيبي|Al-Otaibi, البلوشي|Al-Balushi, الخطيب|Al-Khatib, الصباغ|Al-Sabbagh',
    ),
    order: 'given-first',
    gap: ' ',
  },
  ja: {
    given: {
      f: lines(
        '陽菜|Hina, 美咲|Misaki, さくら|Sakura, 結衣|Yui, 葵|Aoi, 莉子|Riko, 真央|Mao, 彩花|Ayaka, 千尋|Chihiro, ひかり|Hikari',
      ),
      m: lines(
        '大翔|Hiroto, 蓮|Ren, 陽斗|Haruto, 悠真|Yuma, 健太|Kenta, 翔太|Shota, 拓海|Takumi, 直樹|Naoki, 浩二|Koji, 隆|Takashi',
      ),
    },
    family: lines(
      '佐藤|Sato, 鈴木|Suzuki, 高橋|Takahashi, 田中|Tanaka, 伊藤|Ito, 渡辺|Watanabe, 山本|Yamamoto, 中村|Nakamura, 小林|Kobayashi, 加藤|Kato, 吉田|Yoshida, 長谷川|Hasegawa, 佐々木|Sasaki, 五十嵐|Igarashi',
    ),
    order: 'family-first',
    gap: ' ',
  },
  ko: {
    given: {
      f: lines('서연|Seoyeon, 민서|Minseo, 지우|Jiwoo, 하은|Haeun, 수빈|Subin, 예진|Yejin, 유나|Yuna, 은지|Eunji'),
      m: lines(
        '민준|Minjun, 서준|Seojun, 도윤|Doyun, 예준|Yejun, 지호|Jiho, 현우|Hyunwoo, 성민|Seongmin, 태영|Taeyoung',
      ),
    },
    family: lines(
      '김|Kim, 이|Lee, 박|Park, 최|Choi, 정|Jung, 강|Kang, 조|Cho, 윤|Yoon, 장|Jang, 임|Lim, 남궁|Namgung, 황보|Hwangbo',
    ),
    order: 'family-first',
    gap: '',
  },
  th: {
    given: {
      f: lines('สมหญิง|Somying, กัญญา|Kanya, มาลี|Malee, พิมพ์ชนก|Pimchanok, ณัฐธิดา|Natthida, สุดา|Suda'),
      m: lines('สมชาย|Somchai, ประเสริฐ|Prasert, วิชัย|Wichai, ธนากร|Thanakorn, กิตติ|Kitti, อนันต์|Anan'),
    },
    family: lines(
      'ใจดี|Jaidee, ศรีสุข|Srisuk, ทองคำ|Thongkham, วงศ์สวัสดิ์|Wongsawat, บุญมี|Boonmee, แก้วมณี|Kaewmanee, รักไทย|Rakthai, สุขสันต์|Suksan',
    ),
    order: 'given-first',
    gap: ' ',
  },
  vi: {
    given: {
      f: lines('Thị Hương, Thị Lan, Ngọc Ánh, Thu Hà, Mỹ Linh, Thị Tuyết, Khánh Vy, Bảo Trâm'),
      m: lines('Văn Hùng, Minh Đức, Quang Huy, Đình Trọng, Hữu Phước, Văn Toàn, Gia Bảo, Tuấn Kiệt'),
    },
    family: words('Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ'),
    order: 'family-first',
    gap: ' ',
  },
};

export function nameFromAbroad(random: Random, language: NamingLanguage, sex: 'f' | 'm'): PersonName {
  const naming = NAMING[language];
  const family = random.pickCommon('f' in naming.family ? naming.family[sex] : naming.family).split('|');
  const given = random.pick(naming.given[sex]).split('|');
  const inOrder = naming.order === 'given-first' ? [given, family] : [family, given];
  const name = inOrder.map(([native]) => native).join(naming.gap);
  if (given[1] === undefined) return { name, nameLatin: null };
  return { name, nameLatin: inOrder.map(([native, latin]) => latin ?? native).join(' ') };
}
