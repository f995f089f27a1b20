/** Chinese names, put together from common surnames, compound surnames and characters used in given names. */
import { pinyin } from 'pinyin-pro';
import type { Random } from './random.ts';

/** The commonest first. */
const SURNAMES = Array.from(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边',
);
const COMPOUND = ['欧阳', '上官', '司马', '诸葛', '司徒', '皇甫', '尉迟', '慕容', '令狐', '端木', '东方', '夏侯'];
const COMPOUND_SHARE = 0.015;

const GIVEN = {
  f: Array.from(
    '婷雨欣怡静雅慧敏丽娜芳玲洁雪琳佳莹颖倩梦晓思悦文燕红梅兰秀英珍月媛薇露瑶璐妍彤菲萱涵诗琪蕾冰清若曦语嫣舒然可心宁乔',
  ),
  m: Array.from(
    '伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆志建国文博子轩昊天泽睿晨阳旭东海峰林森毅恒远航宏达安民成立新卫家豪嘉思源',
  ),
} as const;
const ONE_CHARACTER_SHARE = 0.18;

export interface PersonName {
  readonly name: string;
  /** Null where the name itself is in Latin letters. */
  readonly nameLatin: string | null;
}

export function chineseName(random: Random, sex: 'f' | 'm'): PersonName {
  const surname = random.chance(COMPOUND_SHARE) ? random.pick(COMPOUND) : random.pickCommon(SURNAMES);
  const first = random.pick(GIVEN[sex]);
  const given = random.chance(ONE_CHARACTER_SHARE) ? first : first + random.pick(GIVEN[sex]);
  return { name: surname + given, nameLatin: latinChineseName(surname, given) };
}

/** As in a Chinese passport, in capitals-first form: `Lin Xiaoyu`; ü is YU there (Lyu). */
function latinChineseName(surname: string, given: string): string {
  return `${syllables(surname, 'head')} ${syllables(given, 'off')}`;
}

const cache = new Map<string, string>();

function syllables(text: string, surname: 'head' | 'off'): string {
  const key = surname + text;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const joined = pinyin(text, { toneType: 'none', type: 'array', surname }).join('').replaceAll('ü', 'yu');
  const latin = joined.slice(0, 1).toUpperCase() + joined.slice(1);
  cache.set(key, latin);
  return latin;
}
