-- Looks at the blacklist and counts requests by GCRA (see quota_limits.py); times in microseconds.
--
-- KEYS[n] is the account of request n.
-- ARGV[1] is the key of the blacklist, ARGV[2] the ready mark, ARGV[3] the time, or "" for Redis's own.
-- Then come two for each request: its session, and its limits as doubles: the cost, and the interval
-- and tolerance of each policy.
--
-- An account is kept as doubles, too: of each policy the interval, and the time at which the account
-- is back at the pace.
--
-- The answer is one text, since the client reads one value faster than many. Its words are the mark's
-- score, and for each request the session's score and 1 (counted), 0 (refused) or -1 (neither); then,
-- after 1 and 0, how far the account is ahead of each policy. A score that there is not is "-".

local function ahead_of(interval, tolerance, kept, at, now)
  local before, until_ = struct.unpack('<dd', kept, at)
  local ahead = until_ - now
  if ahead <= 0 or before == 0 then
    return 0
  end
  if before == interval then
    return ahead
  end
  -- The limit has changed: as many requests stay used as were, up to all.
  return math.min(math.ceil(ahead * interval / before), tolerance + interval)
end

local function keep(key, limits, ahead, now)
  local parts, longest = {}, 1
  for i = 1, #ahead do
    parts[i] = struct.pack('<dd', struct.unpack('<d', limits, 16 * i - 7), now + ahead[i])
    longest = math.max(longest, ahead[i])
  end
  -- Redis may have no room, or refuse to write for another reason; the blacklist can be read still.
  local written = redis.pcall('SET', key, table.concat(parts), 'PX', math.ceil(longest / 1000))
  return not written.err
end

local function count(key, limits, now)
  local kept = redis.pcall('GET', key)
  if type(kept) ~= 'string' or #kept ~= #limits - 8 then
    kept = nil
  end
  local outcome, ahead = 1, {}
  for at = 9, #limits, 16 do
    local interval, tolerance = struct.unpack('<dd', limits, at)
    local spent = kept and ahead_of(interval, tolerance, kept, at - 8, now) or 0
    if interval > 0 and spent > tolerance then
      outcome = 0
    end
    ahead[#ahead + 1] = spent
  end
  local cost = struct.unpack('<d', limits)
  if outcome == 1 and cost > 0 then
    for i = 1, #ahead do
      ahead[i] = ahead[i] + cost * struct.unpack('<d', limits, 16 * i - 7)
    end
    if not keep(key, limits, ahead, now) then
      outcome = -1
    end
  end
  return outcome, ahead
end

local blacklist, mark, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local answer = {redis.call('ZSCORE', blacklist, mark) or '-'}
for n = 1, #KEYS do
  local sid, limits = ARGV[2 * n + 2], ARGV[2 * n + 3]
  local revoked = redis.call('ZSCORE', blacklist, sid)
  local outcome, ahead = -1, {}
  if not revoked then
    outcome, ahead = count(KEYS[n], limits, now)
  end
  answer[#answer + 1] = revoked or '-'
  answer[#answer + 1] = outcome
  if outcome >= 0 then
    for i = 1, #ahead do
      answer[#answer + 1] = string.format('%.0f', ahead[i])
    end
  end
end
return table.concat(answer, ' ')
