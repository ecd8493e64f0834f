// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// base/params.h and the bundle's Turtle say the same, field by field, both
// ways: nothing is in one and not in the other.

#include "base/params.h"

#include <lilv/lilv.h>
#include <lv2/core/lv2.h>
#include <lv2/patch/patch.h>
#include <lv2/port-props/port-props.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RDFS "http://www.w3.org/2000/01/rdf-schema#"

static LilvWorld* world;

static const LilvPlugin*
plugin(const char* const uri)
{
  LilvNode* const         node = lilv_new_uri(world, uri);
  const LilvPlugin* const found =
    lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), node);
  lilv_node_free(node);
  assert_non_null(found);
  return found;
}

static bool
has(const LilvPlugin* const p, const LilvPort* const port, const char* property)
{
  LilvNode* const node   = lilv_new_uri(world, property);
  const bool      result = lilv_port_has_property(p, port, node);
  lilv_node_free(node);
  return result;
}

static bool
is_a(const LilvPlugin* const p, const LilvPort* const port, const char* klass)
{
  LilvNode* const node   = lilv_new_uri(world, klass);
  const bool      result = lilv_port_is_a(p, port, node);
  lilv_node_free(node);
  return result;
}

/// The port has this property if and only if `expected`
static void
check_property(const LilvPlugin* const p,
               const LilvPort* const   port,
               const char* const       property,
               const bool              expected)
{
  if (has(p, port, property) != expected) {
    fail_msg("%s: %s should %sbe there",
             lilv_node_as_string(lilv_port_get_symbol(p, port)), property,
             expected ? "" : "not ");
  }
}

static void
check_comment(const LilvPlugin* const p,
              const LilvPort* const   port,
              const char* const       comment)
{
  LilvNode* const predicate = lilv_new_uri(world, RDFS "comment");
  LilvNode* const value     = lilv_port_get(p, port, predicate);
  assert_non_null(value);
  assert_string_equal(lilv_node_as_string(value), comment);
  lilv_node_free(value);
  lilv_node_free(predicate);
}

/// The port's scale points are exactly these `n` names of 0 to n - 1
static void
check_points(const LilvPlugin* const  p,
             const LilvPort* const    port,
             const char* const* const names,
             const unsigned           n)
{
  LilvScalePoints* const points = lilv_port_get_scale_points(p, port);
  assert_int_equal(points ? lilv_scale_points_size(points) : 0, n);
  bool seen[64] = { false };
  assert_true(n <= BL_COUNT(seen));
  if (points) {
    LILV_FOREACH(scale_points, i, points)
    {
      const LilvScalePoint* const point = lilv_scale_points_get(points, i);
      const double                value =
        (double)lilv_node_as_float(lilv_scale_point_get_value(point));
      const unsigned index = (unsigned)lrint(value);
      assert_true(value >= 0.0 && index < n && !seen[index]);
      seen[index] = true;
      assert_string_equal(
        lilv_node_as_string(lilv_scale_point_get_label(point)), names[index]);
    }
    lilv_scale_points_free(points);
  }
}

static void
check_range(const LilvPlugin* const p,
            const LilvPort* const   port,
            const BlParam* const    param)
{
  LilvNode* values[3] = { NULL, NULL, NULL };
  lilv_port_get_range(p, port, &values[0], &values[1], &values[2]);
  const float expected[3] = { param->normal, param->min, param->max };
  for (unsigned i = 0; i < 3; ++i) {
    assert_non_null(values[i]);
    assert_true(lilv_node_as_float(values[i]) == expected[i]);
    lilv_node_free(values[i]);
  }
}

static void
check_param(const LilvPlugin* const p, const BlParam* const param)
{
  const LilvPort* const port = lilv_plugin_get_port_by_index(p, param->port);
  assert_non_null(port);
  assert_string_equal(lilv_node_as_string(lilv_port_get_symbol(p, port)),
                      param->symbol);
  LilvNode* const name = lilv_port_get_name(p, port);
  assert_string_equal(lilv_node_as_string(name), param->name);
  lilv_node_free(name);
  assert_true(is_a(p, port, LV2_CORE__InputPort));
  assert_true(is_a(p, port, LV2_CORE__ControlPort));
  check_range(p, port, param);
  check_comment(p, port, param->comment);

  const BlParamKind kind = param->kind;
  check_property(p, port, LV2_CORE__toggled,
                 kind == BL_KIND_TOGGLE || kind == BL_KIND_TRIGGER);
  check_property(p, port, LV2_PORT_PROPS__trigger, kind == BL_KIND_TRIGGER);
  check_property(p, port, LV2_CORE__integer,
                 kind == BL_KIND_INT || kind == BL_KIND_ENUM);
  check_property(p, port, LV2_CORE__enumeration, kind == BL_KIND_ENUM);
  check_property(p, port, LV2_PORT_PROPS__notAutomatic, !param->automatable);
  const bool named = kind == BL_KIND_ENUM;
  check_points(p, port, param->labels, named ? (unsigned)param->max + 1u : 0);
}

/// Every control input of the Turtle is in the table (by count and place)
static void
check_plugin(const char* const uri, const uint32_t n_ports)
{
  const LilvPlugin* const p = plugin(uri);
  assert_int_equal(lilv_plugin_get_num_ports(p), n_ports);
  uint32_t inputs  = 0;
  uint32_t outputs = 0;
  for (uint32_t i = 0; i < n_ports; ++i) {
    const LilvPort* const port    = lilv_plugin_get_port_by_index(p, i);
    const bool            control = is_a(p, port, LV2_CORE__ControlPort);
    inputs += control && is_a(p, port, LV2_CORE__InputPort);
    outputs += control && is_a(p, port, LV2_CORE__OutputPort);
  }
  assert_int_equal(inputs, BL_PORT_CONTROL_IN_COUNT);
  assert_int_equal(outputs, BL_PORT_CONTROL_OUT_COUNT);

  for (uint32_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    assert_int_equal(bl_params[i].port, BL_PORT_CONTROL_IN_FIRST + i);
    check_param(p, &bl_params[i]);
  }
}

static void
test_mono(void** state)
{
  (void)state;
  check_plugin(BL_PLUGIN_MONO_URI, BL_N_PORTS_MONO);
}

static void
test_stereo(void** state)
{
  (void)state;
  check_plugin(BL_PLUGIN_STEREO_URI, BL_N_PORTS_STEREO);
}

static void
check_same(const LilvPlugin* const mono,
           const LilvPlugin* const stereo,
           const uint32_t          index)
{
  static const char* const predicates[] = {
    RDFS "comment",
    LV2_CORE__name,
    LV2_CORE__minimum,
    LV2_CORE__maximum,
    LV2_CORE__default,
    "http://lv2plug.in/ns/extensions/units#unit",
    "http://lv2plug.in/ns/ext/port-groups#group",
  };
  const LilvPort* const a = lilv_plugin_get_port_by_index(mono, index);
  const LilvPort* const b = lilv_plugin_get_port_by_index(stereo, index);
  assert_string_equal(lilv_node_as_string(lilv_port_get_symbol(mono, a)),
                      lilv_node_as_string(lilv_port_get_symbol(stereo, b)));
  for (size_t i = 0; i < BL_COUNT(predicates); ++i) {
    LilvNode* const predicate = lilv_new_uri(world, predicates[i]);
    LilvNode* const x         = lilv_port_get(mono, a, predicate);
    LilvNode* const y         = lilv_port_get(stereo, b, predicate);
    // Blank nodes are different in each file; there are none here
    assert_true(lilv_node_equals(x, y));
    lilv_node_free(x);
    lilv_node_free(y);
    lilv_node_free(predicate);
  }
}

static void
test_equal(void** state)
{
  (void)state;
  const LilvPlugin* const mono   = plugin(BL_PLUGIN_MONO_URI);
  const LilvPlugin* const stereo = plugin(BL_PLUGIN_STEREO_URI);
  for (uint32_t i = 0; i < BL_PORT_AUDIO; ++i) {
    check_same(mono, stereo, i);
  }
}

static void
test_status(void** state)
{
  (void)state;
  const LilvPlugin* const p = plugin(BL_PLUGIN_MONO_URI);
  check_points(p, lilv_plugin_get_port_by_index(p, BL_PORT_STATUS),
               bl_shown_names, BL_N_SHOWN);
}

/// Object of (subject, predicate) as text; "" where there is none
static void
check_object(const LilvNode* const subject,
             const char* const     predicate,
             const char* const     expected)
{
  LilvNode* const node  = lilv_new_uri(world, predicate);
  LilvNode* const value = lilv_world_get(world, subject, node, NULL);
  assert_string_equal(value ? lilv_node_as_string(value) : "", expected);
  lilv_node_free(value);
  lilv_node_free(node);
}

static void
check_strings(const char* const uri)
{
  const LilvPlugin* const p        = plugin(uri);
  LilvNode* const         writable = lilv_new_uri(world, LV2_PATCH__writable);
  LilvNodes* const        nodes    = lilv_plugin_get_value(p, writable);
  assert_int_equal(lilv_nodes_size(nodes), BL_N_STRINGS);
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    LilvNode* const node = lilv_new_uri(world, bl_strings[i].uri);
    assert_true(lilv_nodes_contains(nodes, node));
    check_object(node, RDFS "label", bl_strings[i].name);
    check_object(node, RDFS "comment", bl_strings[i].comment);
    check_object(node, RDFS "range", "http://lv2plug.in/ns/ext/atom#String");
    const char* const hash = strchr(bl_strings[i].uri, '#');
    assert_string_equal(hash ? hash + 1 : "", bl_strings[i].symbol);
    lilv_node_free(node);
  }
  lilv_nodes_free(nodes);
  lilv_node_free(writable);
}

static void
test_strings(void** state)
{
  (void)state;
  check_strings(BL_PLUGIN_MONO_URI);
  check_strings(BL_PLUGIN_STEREO_URI);
}

/// Every enumeration's tags and names go together; 0 is never sent
static void
test_tags(void** state)
{
  (void)state;
  assert_string_equal(bl_genre_tags[0], "");
  assert_string_equal(bl_mood_tags[0], "");
  assert_string_equal(bl_ensemble_tags[0], "");
  for (unsigned i = 1; i < BL_N_GENRES; ++i) {
    assert_true(bl_genre_names[i] && bl_genre_tags[i][0]);
  }
  for (unsigned i = 1; i < BL_N_MOODS; ++i) {
    assert_true(bl_mood_names[i] && bl_mood_tags[i][0]);
  }
  for (unsigned i = 1; i < BL_N_ENSEMBLES; ++i) {
    assert_true(bl_ensemble_names[i] && bl_ensemble_tags[i][0]);
  }
}

static int
setup(void** state)
{
  (void)state;
  world = lilv_world_new();
  if (!world) {
    return -1;
  }
  lilv_world_load_all(world);
  LILV_FOREACH(plugins, i, lilv_world_get_all_plugins(world))
  {
    const LilvPlugin* const p =
      lilv_plugins_get(lilv_world_get_all_plugins(world), i);
    (void)lilv_world_load_resource(world, lilv_plugin_get_uri(p));
  }
  return 0;
}

static int
teardown(void** state)
{
  (void)state;
  lilv_world_free(world);
  return 0;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_mono),    cmocka_unit_test(test_stereo),
    cmocka_unit_test(test_equal),   cmocka_unit_test(test_status),
    cmocka_unit_test(test_strings), cmocka_unit_test(test_tags),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
