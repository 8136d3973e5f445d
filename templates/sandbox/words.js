// Every word that the scripts of the page show.
export const ROLES = [
  ["office", "绩效办"],
  ["leader", "区领导"],
  ["head", "单位负责人"],
  ["contact", "联络员"],
  ["admin", "系统管理员"],
  ["stranger", "未登记的人"],
  ["group", "群组"],
];

export const STOPS = {
  next_workday: "下一工作日",
  day_20: "到20日",
  day_25: "到25日",
  day_26: "到26日",
  next_month: "下月",
};

export const WORDS = {
  title: "指挥棒 · 演练台",
  unread: "未读",
  edited: "已编辑",
  you: "我",
  bot: "机器人",
  typing: "正在输入…",
  busy: "推演中…",
  realTime: "真实时间",
  waiting: "等待机器人…",
  noAnswer: "机器人暂时没有回应，稍后会处理",
  photo: "[照片]",
  sticker: "[贴纸]",
  file: "[文件]",
  other: "[消息]",
  reply: "回复",
  editing: "编辑",
  asEdit: "改为编辑",
  block: "屏蔽机器人",
  unblock: "解除屏蔽",
  blocked: "已屏蔽机器人",
  notStarted: "尚未开始",
  bound: "聊天中",
  arrivals: "最近送达",
  noArrivals: "机器人还没有发过消息",
  arrived: (count) => (count ? `推演完成，送达 ${count} 条消息` : "推演完成，没有需要送达的消息"),
  failed: "没有成功：",
  offline: "与演练台的连接断开，正在重连…",
  hint: "提示",
  commands: "可用命令",
  post: "岗位",
  unit: "单位",
  role: "身份",
  state: "状态",
  members: "成员",
  account: "账号",
  noneFound: "没有符合的人员",
  noUnread: "没有未读消息",
  noPeople: "名单为空。导入名单后，人员会出现在这里。",
  emptyChat: "还没有消息",
  pressStart: "点“开始”，机器人就能和您说话",
  speakAs: "发言人",
  link: "↗",
  today: "今天",
  yesterday: "昨天",
};

// Kind, name, what happens, and the number that it takes.
export const FAULTS = [
  ["outage", "断网", "所有连接都断开，到时间自动恢复", { field: "seconds", name: "断多少秒", value: 10 }],
  ["timeout", "收下不回", "消息已送达，但机器人等不到回音", { field: "seconds", name: "拖多少秒", value: 20 }],
  ["flood", "限流 429", "平台要求机器人暂停发送", { field: "retry_after", name: "要等几秒", value: 5 }],
  ["forbidden", "拒收 403", "平台答复：对方已屏蔽机器人"],
  ["server_error", "平台出错 5xx", "平台答复：内部错误", { field: "code", name: "错误码", value: 502 }],
  ["reset", "连接中断", "请求发到一半，连接被掐断"],
  ["latency", "网络缓慢", "每个请求都晚几秒才有答复", { field: "seconds", name: "慢多少秒", value: 3 }],
];

// A number of calls, or of seconds; nothing: until taken back.
export const FAULT_SPANS = [
  ["1", "一次"],
  ["5", "五次"],
  ["20", "二十次"],
  ["10s", "10秒"],
  ["60s", "1分钟"],
  ["", "直到撤除"],
];

export const FAULT_METHODS = [
  ["sendMessage", "发消息"],
  ["answerCallbackQuery", "按钮回应"],
  ["editMessageText", "改消息"],
  ["getUpdates", "收消息"],
  ["", "全部请求"],
];

export const FAULT_WORDS = {
  everybody: "所有人",
  only: (name) => `只对${name}`,
  untilRemoved: "直到撤除",
  times: (count) => `还有${count}次`,
  seconds: (count) => `还有${count}秒`,
  remove: "撤除",
  removeAll: "全部撤除",
};
