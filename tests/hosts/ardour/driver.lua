-- Copyright 2026 The Backline authors
-- SPDX-License-Identifier: ISC

-- A remote control for headless Ardour: runs Lua chunks, one a line, that come
-- through a FIFO and answers each with one line.  The scenario, with all it
-- expects, is on the other end (ardour.py).
--
-- Usage: ardour7-lua driver.lua COMMANDS REPLIES

-- Only what lives in S outlives a chunk; close() empties it, since Ardour
-- aborts when a session is closed while Lua still holds its objects.
S = {}

local TRS = ARDOUR.TransportRequestSource.TRS_UI

function backend(buffer, driver, device)
	local b = AudioEngine:set_backend("None (Dummy)", "Backline-Test", "")
	if driver then b:set_driver(driver) end
	b:set_device_name(device or "Silence")
	b:set_buffer_size(buffer)
end

-- Tracks and plugins

function new_track(name, channels)
	local list = Session:new_audio_track(channels, 2, nil, 1, name,
		ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
	for route in list:iter() do S[name] = route end
	return S[name]:name()
end

function find_track(name)
	S[name] = Session:route_by_name(name)
	return not S[name]:isnil()
end

function insert(track, uri, key)
	local plugin = ARDOUR.LuaAPI.new_plugin(Session, uri,
		ARDOUR.PluginType.LV2, "")
	if plugin:isnil() then error("no plugin " .. uri) end
	local failed = S[track]:add_processor_by_index(plugin, 0, nil, true)
	S[key] = plugin
	return failed == 0 and plugin:to_insert():get_count() or 0
end

function find_plugin(track, key)
	S[key] = S[track]:nth_plugin(0)
	return not S[key]:isnil()
end

function set(key, index, value)
	return ARDOUR.LuaAPI.set_processor_param(S[key], index, value)
end

function get(key, index)
	local value, ok = ARDOUR.LuaAPI.get_processor_param(S[key], index, false)
	return value
end

local function plugin(key) return S[key]:to_insert():plugin(0) end

function save_preset(key, name) return plugin(key):save_preset(name).valid end

function load_preset(key, name)
	local record = plugin(key):preset_by_label(name)
	return record.valid and plugin(key):load_preset(record)
end

-- The region: silence that is bounced to a file of the right length, whose
-- samples the scenario then replaces

function new_region(track, name, length, position)
	local region = S[track]:to_track():bounce_range(0, length,
		ARDOUR.InterThreadInfo(), ARDOUR.LuaAPI.nil_proc(), false, name)
	S[track]:to_track():playlist():add_region(region,
		Temporal.timepos_t(position), 1, false, 0, 0, false)
	return not region:isnil()
end

function set_tempo(bpm, unit, beats)
	local map = Temporal.TempoMap.write_copy()
	map:set_meter(Temporal.Meter(beats, unit), Temporal.timepos_t(0))
	map:set_tempo(Temporal.Tempo(bpm, bpm, unit), Temporal.timepos_t(0))
	Temporal.TempoMap.update(map)
	map = nil
	return Temporal.TempoMap.read():quarters_per_minute_at(
		Temporal.timepos_t(0))
end

-- What a user does

function bounce(track, first, last, name)
	local route = S[track]
	local region = route:to_track():bounce_range(first, last,
		ARDOUR.InterThreadInfo(), route:main_outs(), false, name)
	return not region:isnil()
end

function export(folder, name, first, last)
	local e = Session:simple_export()
	e:set_name(name)
	e:set_folder(folder)
	e:set_range(first, last)
	return e:run_export()
end

function locate(frame)
	Session:request_locate(frame, false,
		ARDOUR.LocateTransportDisposition.MustStop, TRS)
end

function locate_rolling(frame)
	Session:request_locate(frame, false,
		ARDOUR.LocateTransportDisposition.MustRoll, TRS)
end

function roll() Session:request_roll(TRS) end

function stop() Session:request_stop(false, false, TRS) end

function where() return Session:transport_sample() end

function rolling() return Session:transport_rolling() end

-- The ranges are in the session file; Lua cannot make them

function has_ranges()
	local locations = Session:locations()
	local loop, punch = locations:auto_loop_location(),
		locations:auto_punch_location()
	return loop ~= nil and punch ~= nil
end

function loop(on) Session:request_play_loop(on, false) end

function punch(on)
	Session:cfg():set_punch_in(on)
	Session:cfg():set_punch_out(on)
end

function record(track, on)
	S[track]:rec_enable_control():set_value(on and 1 or 0,
		PBD.GroupControlDisposition.NoGroup)
	if on then
		Session:maybe_enable_record(true)
	else
		Session:disable_record(false, true)
	end
end

-- What the track's monitoring buttons do: 0 automatic, 1 input, 2 disk
function monitor(track, choice)
	S[track]:monitoring_control():set_value(choice,
		PBD.GroupControlDisposition.NoGroup)
	return S[track]:monitoring_control():get_value()
end

function recording() return Session:actively_recording() end

-- What freezing a track does to its plugins once the audio is rendered

function deactivate(key) S[key]:to_insert():deactivate() end

function activate(key) S[key]:to_insert():activate() end

-- The bypass button

function enable(key, on) S[key]:to_insert():enable(on) end

-- A copy of a track, as Ardour's "Duplicate" makes it: from its state
function duplicate(template, name)
	local list = Session:new_route_from_template(1,
		ARDOUR.PresentationInfo.max_order, template, name,
		ARDOUR.PlaylistDisposition.CopyPlaylist)
	local n = 0
	for route in list:iter() do
		S[name] = route
		n = n + 1
	end
	return n
end

function save() return Session:save_state("") end

function close()
	for key in pairs(S) do S[key] = nil end
	collectgarbage()
	collectgarbage()
	Session:close()
end

-- The loop

local function answer(out, ok, value)
	local text = tostring(value):gsub("[\r\n]", " ")
	out:write(ok and "ok" or "error", "\t", math.type(value) or type(value),
		"\t", text, "\n")
	out:flush()
end

local commands = io.open(arg[1], "r")
local replies = io.open(arg[2], "w")
answer(replies, true, "ready")
for line in commands:lines() do
	if line == "quit" then break end
	local chunk, problem = load(line)
	if chunk then
		answer(replies, pcall(chunk))
	else
		answer(replies, false, problem)
	end
	collectgarbage()
end
quit()
