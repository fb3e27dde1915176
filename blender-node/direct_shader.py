"""The direct renderer's shaders: one pass, all light in view space."""

import gpu

import lights

_TYPES = '''
struct Light {
  vec4 place;
  vec4 colour;
  vec4 aim;
};
struct Scene {
  mat4 projection;
  Light lights[%d];
  vec4 ambient; /* linear RGB; w: 0 */
  vec4 up;      /* the world's up in view space */
};
''' % lights.MAX_LIGHTS

_ENCODE = '''
/* sRGB's curve by square roots (Ian Taylor): within 0.002, and far cheaper than pow. */
vec3 encode(vec3 c)
{
  c = clamp(c, 0.0, 1.0);
  vec3 s1 = sqrt(c);
  vec3 s2 = sqrt(s1);
  vec3 s3 = sqrt(s2);
  return 0.662002687 * s1 + 0.684122060 * s2 - 0.323583601 * s3 - 0.0225411470 * c;
}
'''

# Shared by both shaders of lit surfaces. v: unit vector towards the eye.
_SHADE = '''
/* What a surface reflects of white surroundings: GGX over the hemisphere, split sum in the form of
 * Brian Karis (2014). x, y: of f0 and of white. */
vec2 reflected(float roughness, float nv)
{
  vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
  float a = min(r.x * r.x, exp2(-9.28 * nv)) * r.x + r.y;
  return vec2(-1.04, 1.04) * a + r.zw;
}

/* One light on one surface: Lambert, and GGX with Smith's shadowing but without Fresnel.
 * light: the radiance of a white matte surface facing it. a: roughness squared. */
void shine(vec3 l, vec3 light, vec3 n, vec3 v, float nv, float a, inout vec3 matte,
           inout vec3 mirrored)
{
  float nl = clamp(dot(n, l), 0.0, 1.0);
  float nh = clamp(dot(n, normalize(l + v)), 0.0, 1.0);
  float d = nh * nh * (a * a - 1.0) + 1.0;
  vec3 c = light * nl;
  matte += c;
  mirrored += c * (0.5 * a * a / (d * d * (mix(2.0 * nl * nv, nl + nv, a) + 1e-4)));
}

vec3 shade(vec3 n, vec3 v, vec3 place, vec3 base, vec3 glow, vec4 gloss)
{
  float nv = clamp(dot(n, v), 0.0, 1.0);
  float a = gloss.w * gloss.w;
  /* The world, a little brighter from above. */
  vec3 matte = scene.ambient.rgb * (0.92 + 0.08 * dot(n, scene.up.xyz));
  vec3 mirrored = vec3(0.0);
  for (int i = 0; i < SUNS; i++) {
    shine(scene.lights[i].place.xyz, scene.lights[i].colour.rgb, n, v, nv, a, matte, mirrored);
  }
#if LAMPS > 0
  for (int i = SUNS; i < SUNS + LAMPS; i++) {
    vec3 d = scene.lights[i].place.xyz - place;
    float d2 = max(dot(d, d), 1e-4);
    vec3 l = d * inversesqrt(d2);
    float side = -dot(l, scene.lights[i].aim.xyz);
    float fall = mix(1.0, max(side, 0.0), scene.lights[i].place.w) / d2;
    fall *= clamp((side - scene.lights[i].colour.w) * scene.lights[i].aim.w, 0.0, 1.0);
    shine(l, scene.lights[i].colour.rgb * fall, n, v, nv, a, matte, mirrored);
  }
#endif
  /* As EEVEE has it: Fresnel of the view, the same for all lights and the world. */
  vec2 part = reflected(gloss.w, nv);
  vec3 fresnel = gloss.rgb * part.x + part.y * clamp(gloss.g * 50.0, 0.0, 1.0);
  mirrored = mirrored / (part.x + part.y) + scene.ambient.rgb;
  return encode(base * matte + glow + fresnel * mirrored);
}

/* The cofactors turn normals right under any scale. */
vec3 turn(mat4 to, vec3 n)
{
  mat3 m = mat3(to);
  return cross(m[1], m[2]) * n.x + cross(m[2], m[0]) * n.y + cross(m[0], m[1]) * n.z;
}
'''

_LIT_VERTEX = _ENCODE + _SHADE + '''
void main()
{
  vec4 place = modelview * vec4(pos, 1.0);
  v_normal = turn(modelview, nor);
  v_base = base;
  v_glow = glow;
  v_gloss = gloss;
  v_place = place.xyz;
  gl_Position = scene.projection * place;
}
'''

_LIT_FRAGMENT = _ENCODE + _SHADE + '''
void main()
{
  vec3 n = side * normalize(v_normal);
  colour = vec4(shade(n, -normalize(v_place), v_place, v_base.rgb, v_glow.rgb, v_gloss), v_base.a);
}
'''

_DENSE_VERTEX = _ENCODE + _SHADE + '''
void main()
{
  vec4 place = modelview * vec4(pos, 1.0);
  vec3 n = side * normalize(turn(modelview, nor));
  v_colour = vec4(shade(n, -normalize(place.xyz), place.xyz, base.rgb, glow.rgb, gloss), base.a);
  gl_Position = scene.projection * place;
}
'''

_PASS_FRAGMENT = '''
void main()
{
  colour = v_colour;
}
'''

_UNLIT_VERTEX = '''
void main()
{
  v_colour = base;
  gl_Position = scene.projection * (modelview * vec4(pos, 1.0));
}
'''

def _common(info):
    info.typedef_source(_TYPES)
    info.uniform_buf(0, 'Scene', 'scene')
    info.push_constant('MAT4', 'modelview')
    info.vertex_in(0, 'VEC3', 'pos')
    info.fragment_out(0, 'VEC4', 'colour')


def _lit(name, suns, lamps):
    info = gpu.types.GPUShaderCreateInfo()
    between = gpu.types.GPUStageInterfaceInfo(name)
    info.define('SUNS', str(suns))
    info.define('LAMPS', str(lamps))
    _common(info)
    info.push_constant('FLOAT', 'side')
    info.vertex_in(1, 'VEC3', 'nor')
    for slot, attribute in enumerate(('base', 'glow', 'gloss'), 2):
        info.vertex_in(slot, 'VEC4', attribute)
    return info, between


def lit(suns, lamps):
    """Shades each pixel, for that many lights.

    Attributes: pos, nor (VEC3); base (RGB, alpha), glow (RGB, 0), gloss (RGB
    reflected head on, roughness) (VEC4). Constant side: 1 for front faces, -1 for back faces.
    Block: scene.
    """
    info, between = _lit('effigy_lit', suns, lamps)
    between.smooth('VEC3', 'v_normal')
    between.smooth('VEC3', 'v_place')
    between.smooth('VEC4', 'v_base')
    between.flat('VEC4', 'v_glow')
    between.flat('VEC4', 'v_gloss')
    info.vertex_out(between)
    info.vertex_source(_LIT_VERTEX)
    info.fragment_source(_LIT_FRAGMENT)
    return gpu.shader.create_from_info(info)


def dense(suns, lamps):
    """As lit, but shades each vertex: for triangles of a few pixels, where it
    looks the same at half the cost."""
    info, between = _lit('effigy_dense', suns, lamps)
    between.smooth('VEC4', 'v_colour')
    info.vertex_out(between)
    info.vertex_source(_DENSE_VERTEX)
    info.fragment_source(_PASS_FRAGMENT)
    return gpu.shader.create_from_info(info)


def unlit():
    """The shader for what shines by itself. Attributes: pos (VEC3), base
    (VEC4), already encoded for the screen."""
    info = gpu.types.GPUShaderCreateInfo()
    between = gpu.types.GPUStageInterfaceInfo('effigy_unlit')
    between.flat('VEC4', 'v_colour')
    _common(info)
    info.vertex_in(1, 'VEC4', 'base')
    info.vertex_out(between)
    info.vertex_source(_UNLIT_VERTEX)
    info.fragment_source(_PASS_FRAGMENT)
    return gpu.shader.create_from_info(info)
